//! The page `#/network`: layers, maps, and what makes two drawings alike.

area! {
    Inside {
        title: "The network", "ネットワーク";
        lead:
            "See what makes your drawing like another or unlike it, what it becomes layer by layer, and what the network is made of.",
            "二つの文字が似ているかどうかを判断する根拠、描いた文字の層ごとの変化、ネットワークのつくりを見てみましょう。";
        looking_at(done: u64, total: u64):
            |done, total| format!("Hiding one part after another: {done} of {total}."),
            |done, total| format!("一部分ずつ隠して調べています：{done}/{total}。");
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
            "Parameters are the numbers that a layer learnt; multiply-adds are its work. Outputs and work are those of one drawing; of the score, those of a pair. koch is the network of the paper.",
            "パラメーターは層が学習した数値、積和演算は計算の量です。出力と計算の量は一文字あたり、スコアでは一組あたりです。kochは論文のネットワークです。";
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
        becomes: "What your drawing becomes", "描いた文字の変化";
        no_drawing: "Nothing is drawn yet. Draw on the ", "まだ何も描かれていません。";
        pad: "pad", "用紙";
        no_drawing_after: ".", "に描いてください。";
        maps_note:
            "Each square shows where on the drawing one feature was found: the darker, the stronger. Early layers see edges and their directions. Later ones see shapes, on a coarser and coarser grid.",
            "それぞれの四角は、一つの特徴が文字のどこで見つかったかを示します。濃いほど強い反応です。最初のほうの層は、線の縁とその向きを捉えます。後の層は、次第に粗い格子の上で形を捉えます。";
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
            "The first layer lays these small patterns, its filters, over every place of the drawing and notes how well each fits.",
            "最初の層は、これらの小さな模様（フィルター）を文字のあらゆる場所に重ね、どれだけ合うかを記録します。";
        range(least: f32, greatest: f32):
            |least, greatest| format!("from {least:.2} to {greatest:.2}"),
            |least, greatest| format!("{least:.2}から{greatest:.2}まで");
        pictures(count: usize, layer: &str):
            |count, layer| format!("{count} pictures of layer {layer}"),
            |count, layer| format!("層{layer}の画像{count}枚");
        pair: "A pair", "一組";
        alike: "What makes two drawings alike", "二つの文字が似ていると判断する根拠";
        against: "Compare your drawing with ", "描いた文字と比べる相手 ";
        nothing: "There is nothing to compare yet.", "まだ比べるものがありません。";
        occlusion:
            "The ink that decides, found by hiding parts: red makes the two alike, blue unlike",
            "決め手となる部分（一部を隠して測定）。赤は似ている根拠、青は似ていない根拠です";
        lost_query:
            "Parts of your drawing with no counterpart in the example",
            "描いた文字のうち、お手本に対応するものがない部分";
        lost_other:
            "Parts of the example with no counterpart in your drawing",
            "お手本のうち、描いた文字に対応するものがない部分";
        to_begin: "bias (the start)", "バイアス（初期値）";
        components_differ(count: usize):
            |count| format!("difference of the embeddings (rows of {count} numbers)"),
            |count| format!("埋め込み（{count}個の数値の並び）の違い");
        places_fit:
            "local matching (how well nearby parts fit)",
            "局所照合（近い部分どうしの一致）";
        component(number: usize):
            |number| format!("number {number}"),
            |number| format!("{number}番");
        components_part(count: usize, part: f32):
            |count, part| format!("These {count} make {part:.0} % of the difference."),
            |count, part| format!("この{count}個で、違い全体の{part:.0}%を占めます。");
        similarity: "similarity", "類似度";
        similarity_by(views: u32):
            |views| format!("similarity, by {views} views"),
            |views| format!("類似度（{views}通りの見方）");
        score: "score (the sum)", "スコア（合計）";
        views_note:
            "The terms are those of one view. The similarity takes the mean score of several views: both drawings turned, mirrored and tilted alike.",
            "各項は一つの見方についてのものです。類似度には、二つの文字を同じように回転・反転・傾斜させた複数の見方の平均スコアを使います。";
        differ_most: "Numbers of the embeddings that differ most", "埋め込みの中で最も違う数値";
    }
}
