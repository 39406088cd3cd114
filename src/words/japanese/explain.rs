//! [`crate::words::explain`] in Japanese.

use crate::words::explain::Explain;

impl Explain {
    pub(in crate::words) const JAPANESE: Self = Self {
        more: "描いた文字の詳細",
        map: "埋め込みの地図",
        map_lead: "サポートセットの各文字を、埋め込み（ネットワークが文字から作る数値の並び）に応じた位置に置いています。二つの軸は、これらの文字の違いが最も大きい方向（主成分）です。",
        map_flat: "そのため、ここで近くに見えても実際には離れていることがあります。線は、描いた文字と、埋め込み全体のスコアで最も似ている三つの文字とを結んでいます。",
        map_comes: "地図を作成しています。",
        map_beyond: "描いた文字は地図に収まらないほど離れているため、端に置いています。",
        map_without: |count| format!("{count}文字の地図。描いた文字はまだありません。"),
        map_of: |count, names| {
            format!(
                "{count}文字と描いた文字の地図。描いた文字は{names}と線で結ばれています。それぞれの類似度は候補の一覧にあります。"
            )
        },
        kept: |both, across, up| {
            format!(
                "二つの軸は、文字の違い（分散）の{both:.0}%を表しています（横{across:.0}%、縦{up:.0}%）。"
            )
        },
        embedding: |kept, numbers, views| {
            format!("{kept}埋め込みは{views}{numbers}個の数値からなります。")
        },
        by_views: |views| format!("{views}通りの見方ごとに"),
        nearest: "Omniglot全体で最も近い文字",
        nearest_lead: "描いた文字を、すべての文字体系の各文字の例一つずつと一つの見方で比べ、上位のものをすべての見方で比べ直します。初回はすべてを取得して埋め込みを計算しますが、次回からは描いた文字の分だけで済みます。",
        fetching: |done, all| format!("文字体系を取得しています：{done}/{all}。"),
        embedding_all: |done, all, left| {
            format!("文字の埋め込みを計算しています：{done}/{all}{left}。")
        },
        left: |seconds| format!("、残り約{seconds:.0}秒"),
        comparing: "比べています。",
        number: |number| format!("{number}番"),
        closest: |number, alphabet, similarity, among| {
            format!(
                "{among}文字のうち、描いた文字に最も近いのは{alphabet}の{number}で、類似度は{similarity:.2}です。"
            )
        },
        look: "すべての文字と比べる",
        embedded: "埋め込みを計算した文字",
        outdated: "その後、描いた文字が変わりました。もう一度比べてください。",
        no_drawing: "描いた文字がありません。用紙に描いてから、もう一度比べてください。",
        cancelled: "中止しました。ここまでに計算した分は残っています。",
        changed: "ネットワークかデバイスが何度も変わりました。もう一度お試しください。",
        no_omniglot: "このページにはOmniglotが含まれていないため、比べられるのは上の文字体系だけです。",
    };
}
