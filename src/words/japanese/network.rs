//! [`crate::words::network`] in Japanese.

use crate::words::network::Inside;

impl Inside {
    pub(in crate::words) const JAPANESE: Self = Self {
        title: "ネットワーク",
        lead: "ネットワークが何でできているか、描いた文字が層ごとにどう変わるか、そして別の文字と似ている、あるいは似ていないと判断する根拠を示します。",
        looking_at: |done, total| {
            format!("調べています：{total}か所中{done}か所を隠して確認しました。")
        },
        looking: "調べています…",
        layers_region: "層",
        layers: "ネットワークの層",
        network: "ネットワーク",
        the_layers: "層の一覧",
        layer: "層",
        does: "役割",
        output: "出力",
        parameters: "パラメーター",
        multiply_adds: "積和演算",
        all: "合計",
        layers_note: "出力と積和演算は一つの文字についてのもの、スコアについては一組についてのものです。kochは論文のネットワークです。",
        maps_first: |most, count, side| {
            format!("{side}×{side}の特徴マップ{count}枚のうち最初の{most}枚")
        },
        maps: |count, side| format!("{side}×{side}の特徴マップ{count}枚"),
        maps_of: |layer, shown, range| format!("{layer}：{shown}、{range}"),
        feature_maps: "特徴マップ",
        becomes: "描いた文字の変化",
        no_drawing: "描いた文字がありません。",
        pad: "用紙",
        no_drawing_after: "に描いてください。",
        maps_note: "それぞれの四角は、一つの特徴が文字のどこで見つかったかを示します。薄いほど弱く、濃いほど強い反応です。最初のほうの層は線の縁とその向きを、後の層は次第に粗い格子の上で形を捉えます。",
        filters: |count, side, range| {
            format!("{side}×{side}画素のフィルター{count}個、重みは{range}")
        },
        filters_region: "フィルター",
        looks_first: "最初に探すもの",
        filters_note: "最初の層は、これらの小さな模様を文字のあらゆる場所に重ね、どれだけ合うかを記録します。",
        range: |least, greatest| format!("{least:.2}から{greatest:.2}まで"),
        pictures: |count, layer| format!("層{layer}の画像{count}枚"),
        pair: "一組",
        alike: "二つの文字が似ていると判断する根拠",
        against: "描いた文字と比べる相手 ",
        nothing: "まだ比べるものがありません。",
        occlusion: "決め手となる部分。その部分を隠して測った結果で、赤は似ている根拠、青は似ていない根拠です",
        lost_query: "描いた文字のうち、相手の近い場所に合うものがない部分",
        lost_other: "お手本のうち、描いた文字の近い場所に合うものがない部分",
        to_begin: "初期値",
        components_differ: |count| format!("埋め込みの{count}成分の違い"),
        places_fit: "互いの近い場所どうしの一致",
        component: |number| format!("成分{number}"),
        components_part: |count, part| {
            format!("この{count}成分で、成分全体による減点の{part:.0}%を占めます。")
        },
        similarity: "類似度",
        similarity_by: |views| format!("類似度（{views}通りの見方）"),
        score: "スコア",
        views_note: "各項は一つの見方についてのものです。類似度には、二つの文字を同じように回転・反転・傾斜させた複数の見方の平均スコアを使います。",
        differ_most: "最も違いの大きい成分",
    };
}
