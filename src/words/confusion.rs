//! What was taken for what in trials.

use super::{Name, many};

area! {
    Confusion {
        by_network: "Characters that the network confused", "ネットワークが取り違えた文字";
        by_person: "Characters that you confused", "あなたが取り違えた文字";
        official: "Characters that were confused", "取り違えられた文字";
        none: "No trial is answered yet.", "まだ回答した試行がありません。";
        all_right(all: usize):
            |all| match all {
                1 => "No mistake so far: the only answer was right.".to_owned(),
                _ => format!("No mistake so far: all of {all} answers were right."),
            },
            |all| format!("これまで取り違えはありません。{all}件の回答はすべて正解です。");
        wrong(wrong: usize, all: usize, pairs: usize, shown: &str):
            |wrong, all, pairs, shown| {
                let (all, pairs) = (many(all, "answer"), many(pairs, "pair"));
                format!(
                    "Wrong: {wrong} of {all}, {pairs} of characters. Open a pair to see its drawings.{shown}"
                )
            },
            |wrong, all, pairs, shown| {
                format!(
                    "{all}件の回答中{wrong}件が不正解で、取り違えられた文字の組は{pairs}組です。組を開くと筆跡が表示されます。{shown}"
                )
            };
        first(count: usize):
            |count| format!(" The first {count} are here."),
            |count| format!("ここには最初の{count}組を表示しています。");
        pair(right: Name, chosen: Name, count: usize):
            |right, chosen, count| {
                let times = if count == 1 {
                    "once".to_owned()
                } else {
                    format!("{count} times")
                };
                format!("{right} taken for {chosen}, {times}")
            },
            |right, chosen, count| format!("{right}を{chosen}と取り違え、{count}回");
        pair_trials(right: Name, chosen: Name, count: usize):
            |right, chosen, count| {
                let trials = many(count, "trial");
                format!("{right} taken for {chosen}: {trials}")
            },
            |right, chosen, count| format!("{right}を{chosen}と取り違え：{count}試行");
        right_trials(right: Name, count: usize):
            |right, count| {
                let trials = many(count, "trial");
                format!("{right} recognised: {trials}")
            },
            |right, count| format!("{right}を正しく認識：{count}試行");
        cell(count: usize, right: Name, chosen: Name):
            |count, right, chosen| format!("{count}: {right} taken for {chosen}"),
            |count, right, chosen| format!("{count}：{right}を{chosen}と取り違え");
        cell_right(count: usize, right: Name):
            |count, right| format!("{count}: {right} recognised"),
            |count, right| format!("{count}：{right}を正しく認識");
        matrix(alphabet: Name):
            |alphabet| format!("Confusion matrix of {alphabet}"),
            |alphabet| format!("{alphabet}の混同行列");
        matrix_how(alphabet: Name):
            |alphabet| {
                format!(
                    "{alphabet}: rows are what was asked, columns what was answered. Right answers stand on the diagonal."
                )
            },
            |alphabet| {
                format!(
                    "{alphabet}：行は出題された文字、列は選ばれた文字です。正解は対角線上に並びます。"
                )
            };
    }
}
