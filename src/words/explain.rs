//! The map of the embeddings, and the most similar of all characters.

use super::{Name, many};

area! {
    Explain {
        more: "More about the drawing", "描いた文字の詳細";
        close: "A close call", "僅差の候補";
        close_lead(first: Name, second: Name):
            |first, second| {
                format!(
                    "The network hesitates between {first} and {second}. Red speaks for {first}, blue for {second}. On your drawing, the ink that decides is coloured."
                )
            },
            |first, second| {
                format!(
                    "ネットワークは{first}と{second}で迷っています。赤は{first}、青は{second}の根拠です。描いた文字では、決め手となる部分に色が付いています。"
                )
            };
        close_examples:
            "On the examples, it is the parts with no counterpart in your drawing.",
            "お手本では、描いた文字に対応するものがない部分に色が付いています。";
        close_own: "Your drawing", "描いた文字";
        alike: "Look-alikes in this set", "このセットの似た文字";
        alike_lead:
            "These characters look alike to the network, so it often takes one for the other.",
            "ネットワークにはこれらの文字が似て見えるため、よく取り違えます。";
        alike_own:
            "Draw them once more: a second example helps.",
            "もう一度描くと、見分けやすくなります。";
        alike_pair(one: Name, other: Name, similarity: f32):
            |one, other, similarity| format!("{one} and {other}: {similarity:.2} similar"),
            |one, other, similarity| format!("{one}と{other}：類似度{similarity:.2}");
        alike_more(count: usize):
            |count| format!("And {} more.", many(count, "pair")),
            |count| format!("ほかに{count}組あります。");
        map: "Map of the embeddings", "埋め込みの地図";
        map_lead:
            "Each example of the support set stands at the place of its embedding: the numbers that the network makes of it. The two axes are the directions in which these differ most (principal components).",
            "サポートセットの各文字を、埋め込み（ネットワークが文字から作る数値の並び）に応じた位置に置いています。二つの軸は、埋め込みの違いが最も大きい方向（主成分）です。";
        map_flat:
            "So what is near here may be far in truth. Lines join your drawing with the three best matches, by the score of the whole embedding.",
            "そのため、ここで近くに見えても実際には離れていることがあります。線は、描いた文字と、埋め込み全体のスコアで最も似ている三つの文字とを結んでいます。";
        map_comes: "Making the map.", "地図を作成しています。";
        map_beyond:
            " Your drawing is too far away to fit on the map: it stands at the edge.",
            "描いた文字は地図に収まらないほど離れているため、端に置いています。";
        map_without(count: usize):
            |count| format!("Map of {}, without a drawing.", many(count, "character")),
            |count| format!("{count}文字の地図。描いた文字はまだありません。");
        map_of(count: usize, names: Name):
            |count, names| {
                let characters = many(count, "character");
                format!(
                    "Map of {characters} and your drawing, which is joined with {names}. The list of the matches says how similar each is."
                )
            },
            |count, names| {
                format!(
                    "{count}文字と描いた文字の地図。描いた文字は{names}と線で結ばれています。それぞれの類似度は候補の一覧にあります。"
                )
            };
        kept(both: f32, across: f32, up: f32):
            |both, across, up| {
                format!(
                    "The two axes keep {both:.0} % of their differences (variance): {across:.0} % across, {up:.0} % up."
                )
            },
            |both, across, up| {
                format!(
                    "二つの軸は、文字の違い（分散）の{both:.0}%を表しています（横{across:.0}%、縦{up:.0}%）。"
                )
            };
        embedding(kept: &str, numbers: u32, views: &str):
            |kept, numbers, views| {
                format!("{kept} An embedding has {numbers} numbers{views}. ")
            },
            |kept, numbers, views| {
                format!("{kept}埋め込みは{views}{numbers}個の数値からなります。")
            };
        by_views(views: u32):
            |views| format!(" for each of {views} ways of looking"),
            |views| format!("{views}通りの見方ごとに");
        nearest: "Nearest in all of Omniglot", "Omniglot全体で最も近い文字";
        nearest_lead:
            "Compares your drawing with one example of every character of all alphabets: one look at each, then all ways of looking at the best. The first time, all of them must be fetched and embedded; after that only your drawing.",
            "描いた文字を、すべての文字体系の各文字の例一つずつと一つの見方で比べ、上位のものをすべての見方で比べ直します。初回はすべてを取得して埋め込みを計算します。次回からは描いた文字の分だけで済みます。";
        fetching(done: usize, all: usize):
            |done, all| format!("Fetching the alphabets: {done} of {all}."),
            |done, all| format!("文字体系を取得しています：{done}/{all}。");
        embedding_all(done: usize, all: &str, left: &str):
            |done, all, left| {
                format!("Embedding their characters: {done} of {all}{left}.")
            },
            |done, all, left| {
                format!("文字の埋め込みを計算しています：{done}/{all}{left}。")
            };
        left(seconds: f64):
            |seconds| format!(", about {seconds:.0} s left"),
            |seconds| format!("、残り約{seconds:.0}秒");
        comparing: "Comparing.", "比べています。";
        number(number: &str): |number| format!("number {number}"), |number| format!("{number}番");
        closest(number: &str, alphabet: Name, similarity: f32, among: &str):
            |number, alphabet, similarity, among| {
                format!(
                    "Closest to your drawing among {among} characters: {number} of {alphabet}, {similarity:.2} similar."
                )
            },
            |number, alphabet, similarity, among| {
                format!(
                    "{among}文字のうち、描いた文字に最も近いのは{alphabet}の{number}で、類似度は{similarity:.2}です。"
                )
            };
        look: "Compare with all characters", "すべての文字と比べる";
        embedded: "Characters embedded", "埋め込みを計算した文字";
        outdated:
            "The drawing has changed since; compare again.",
            "その後、描いた文字が変わりました。もう一度比べてください。";
        no_drawing:
            "Nothing is drawn yet. Draw on the pad, then compare again.",
            "描いた文字がありません。用紙に描いてから、もう一度比べてください。";
        cancelled:
            "Cancelled; what is done so far is kept.",
            "中止しました。ここまでに計算した分は残っています。";
        changed:
            "The network or its device kept changing. Compare again.",
            "ネットワークかデバイスが何度も変わりました。もう一度比べてください。";
        no_omniglot:
            "This copy of the page comes without Omniglot: there is nothing to compare with but the alphabets above.",
            "このページにはOmniglotが含まれていないため、比べられるのは上の文字体系だけです。";
    }
}
