//! The page `#/network`: layers, maps, and what makes two drawings alike.

area! {
    Inside {
        title: "The network", "ネットワーク";
        lead:
            "What it is made of, what your drawing becomes in it layer by layer, and what makes it like another drawing or unlike it.",
            "ネットワークが何でできているか、描いた文字が層ごとにどう変わるか、そして別の文字と似ている、あるいは似ていないと判断する根拠を示します。";
        looking_at(done: u64, total: u64):
            |done, total| format!("Looking: {done} of {total} patches taken away."),
            |done, total| {
                format!("調べています：{total}か所中{done}か所を隠して確認しました。")
            };
        looking: "Looking…", "調べています…";
        layers_region: "Layers", "層";
        layers: "Its layers", "ネットワークの層";
        network: "Network", "ネットワーク";
        the_layers: "The layers", "層の一覧";
        layer: "Layer", "層";
        does: "What it does", "役割";
        output: "Output", "出力";
        parameters: "Parameters", "パラメーター";
        multiply_adds: "Multiply-adds", "積和演算";
        all: "All", "合計";
        layers_note:
            "Outputs and multiply-adds are those of one drawing; of the score, those of a pair. koch is the network of the paper.",
            "出力と積和演算は一つの文字についてのもの、スコアについては一組についてのものです。kochは論文のネットワークです。";
        maps_first(most: usize, count: usize, side: u32):
            |most, count, side| {
                format!("the first {most} of {count} maps of {side} by {side}")
            },
            |most, count, side| {
                format!("{side}×{side}の特徴マップ{count}枚のうち最初の{most}枚")
            };
        maps(count: usize, side: u32):
            |count, side| format!("{count} maps of {side} by {side}"),
            |count, side| format!("{side}×{side}の特徴マップ{count}枚");
        maps_of(layer: &str, shown: &str, range: &str):
            |layer, shown, range| format!("{layer}: {shown}, {range}"),
            |layer, shown, range| format!("{layer}：{shown}、{range}");
        feature_maps: "Feature maps", "特徴マップ";
        becomes: "What the drawing becomes", "描いた文字の変化";
        no_drawing: "There is no drawing: make one on the ", "描いた文字がありません。";
        pad: "pad", "用紙";
        no_drawing_after: ".", "に描いてください。";
        maps_note:
            "Every square shows where on the drawing one feature was found: pale is little, dark is much. Early layers see edges and their directions, later ones shapes, on an ever coarser grid.",
            "それぞれの四角は、一つの特徴が文字のどこで見つかったかを示します。薄いほど弱く、濃いほど強い反応です。最初のほうの層は線の縁とその向きを、後の層は次第に粗い格子の上で形を捉えます。";
        filters(count: usize, side: u32, range: &str):
            |count, side, range| {
                format!("{count} filters of {side} by {side} pixels, weights {range}")
            },
            |count, side, range| {
                format!("{side}×{side}画素のフィルター{count}個、重みは{range}")
            };
        filters_region: "Filters", "フィルター";
        looks_first: "What it looks for first", "最初に探すもの";
        filters_note:
            "The first layer lays these small patterns over every place of the drawing and notes how well each fits.",
            "最初の層は、これらの小さな模様を文字のあらゆる場所に重ね、どれだけ合うかを記録します。";
        range(least: f32, greatest: f32):
            |least, greatest| format!("from {least:.2} to {greatest:.2}"),
            |least, greatest| format!("{least:.2}から{greatest:.2}まで");
        pictures(count: usize, layer: &str):
            |count, layer| format!("{count} pictures of layer {layer}"),
            |count, layer| format!("層{layer}の画像{count}枚");
        pair: "A pair", "一組";
        alike: "What makes two drawings alike", "二つの文字が似ていると判断する根拠";
        against: "The drawing against ", "描いた文字と比べる相手 ";
        nothing: "There is nothing to compare yet.", "まだ比べるものがありません。";
        occlusion:
            "The ink that decides: red makes them alike, blue unlike, measured by taking it away",
            "決め手となる部分。その部分を隠して測った結果で、赤は似ている根拠、青は似ていない根拠です";
        lost_query:
            "Places of the drawing that fit nowhere near on the other",
            "描いた文字のうち、相手の近い場所に合うものがない部分";
        lost_other:
            "Places of the example that fit nowhere near on the drawing",
            "お手本のうち、描いた文字の近い場所に合うものがない部分";
        to_begin: "to begin with", "初期値";
        components_differ(count: usize):
            |count| format!("{count} components of the embedding differ"),
            |count| format!("埋め込みの{count}成分の違い");
        places_fit: "places of each fit those near them on the other", "互いの近い場所どうしの一致";
        component(number: usize):
            |number| format!("number {number}"),
            |number| format!("成分{number}");
        components_part(count: usize, part: f32):
            |count, part| {
                format!("These {count} make {part:.0} % of what the components take away.")
            },
            |count, part| {
                format!("この{count}成分で、成分全体による減点の{part:.0}%を占めます。")
            };
        similarity: "similarity", "類似度";
        similarity_by(views: u32):
            |views| format!("similarity, by {views} views"),
            |views| format!("類似度（{views}通りの見方）");
        score: "score", "スコア";
        views_note:
            "The terms are those of one view. The similarity takes the mean score of several: each pair of drawings turned, mirrored and tilted alike.",
            "各項は一つの見方についてのものです。類似度には、二つの文字を同じように回転・反転・傾斜させた複数の見方の平均スコアを使います。";
        differ_most: "The components that differ most", "最も違いの大きい成分";
    }
}
