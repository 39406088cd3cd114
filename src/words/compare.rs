//! The page `#/compare`: two networks on one drawing.

use super::Name;

area! {
    Compare {
        link: "Compare two networks on this drawing", "この文字を二つのネットワークで比べる";
        heading: "Two networks on one drawing", "一つの文字を二つのネットワークで比べる";
        lead:
            "Draw once. Two networks compare your drawing with the same examples (the support set).",
            "一度描くと、二つのネットワークが同じお手本（サポートセット）と比べます。";
        in_use: "Network in use", "使用中のネットワーク";
        beside: "Network beside it", "比べるネットワーク";
        beginner: "the beginner: has never seen handwriting", "初心者：手書きの文字を見たことがない";
        swap: "Swap the two networks", "左右のネットワークを入れ替える";
        swap_not:
            "The beginner is here to compare with only, so they can't be swapped.",
            "初心者は比べるためだけのものなので、入れ替えられません。";
        before_after(trained: Name, start: Name):
            |trained, start| format!("After and before: {trained} and {start}, from which it was trained"),
            |trained, start| format!("学習の後と前：{trained}と、その出発点の{start}");
        matches_left: "Matches of the network in use", "使用中のネットワークの候補";
        matches_right: "Matches of the network beside it", "比べるネットワークの候補";
        took(time: &str, kind: &str):
            |time, kind| format!("{time} on the {kind}"),
            |time, kind| format!("{time}（{kind}）");
        same:
            "Both sides have the same network. Choose another one on the right.",
            "左右が同じネットワークです。右側で別のものを選んでください。";
        draw_first:
            "Draw a character, and both answers appear here.",
            "文字を描くと、両方の答えがここに並びます。";
        waiting: "Waiting for both answers.", "両方の答えを待っています。";
        one_only:
            "Only the network in use answers now.",
            "今は使用中のネットワークだけが答えています。";
        agree(name: Name):
            |name| format!("Both say: {name}."),
            |name| format!("どちらの答えも{name}です。");
        differ(left: Name, first: Name, right: Name, second: Name):
            |left, first, right, second| {
                format!("They disagree. {left} says {first}, {right} says {second}.")
            },
            |left, first, right, second| {
                format!("答えが分かれました。{left}は{first}、{right}は{second}と答えています。")
            };
        surer(network: Name, higher: f64, lower: f64):
            |network, higher, lower| {
                format!("{network} is more certain: {higher:.0} % against {lower:.0} %.")
            },
            |network, higher, lower| {
                format!("確信が強いのは{network}です（{higher:.0}%、もう一方は{lower:.0}%）。")
            };
        alike(higher: f64):
            |higher| format!("Both are about equally certain: {higher:.0} %."),
            |higher| format!("確信の強さはほぼ同じです（{higher:.0}%）。");
        unsure: "Neither is certain.", "どちらにも確信はありません。";
        certain_how:
            "Certain means: by its own similarities, its best match is probably the right one. A network can be certain and wrong. How often each errs, the trials measure.",
            "「確信」とは、そのネットワーク自身の類似度から見て、最も似た文字が正解である確率です。確信していても間違うことがあります。どのくらい間違えるかは、試行で測れます。";
        stopped(why: &str):
            |why| {
                format!(
                    "This network's recogniser has ended: {why}. The other network goes on, and your drawing is kept."
                )
            },
            |why| {
                format!(
                    "このネットワークの認識エンジンが終了しました：{why}。もう一方はそのまま動き、描いた文字も残っています。"
                )
            };
        resting:
            "Nothing was drawn for a minute, so this network has left the memory. It comes back with your next stroke.",
            "1分間何も描かれなかったため、このネットワークをメモリーから外しました。次に描くと戻ります。";
        wake: "Load it now", "今すぐ読み込む";
        cancelled: "Loading was cancelled.", "読み込みを中止しました。";
    }
}
