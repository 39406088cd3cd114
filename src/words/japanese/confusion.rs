//! [`crate::words::confusion`] in Japanese.

use crate::words::confusion::Confusion;

impl Confusion {
    pub(in crate::words) const JAPANESE: Self = Self {
        by_network: "ネットワークが取り違えた文字",
        by_person: "あなたが取り違えた文字",
        official: "取り違えられた文字",
        none: "まだ回答した試行がありません。",
        all_right: |all| format!("これまで取り違えはありません。{all}件の回答はすべて正解です。"),
        wrong: |wrong, all, pairs, shown| {
            format!(
                "{all}件の回答中{wrong}件が不正解で、取り違えられた文字の組は{pairs}組です。組を開くと筆跡が表示されます。{shown}"
            )
        },
        first: |count| format!("ここには最初の{count}組を表示しています。"),
        pair: |right, chosen, count| format!("{right}を{chosen}と取り違え、{count}回"),
        pair_trials: |right, chosen, count| format!("{right}を{chosen}と取り違え：{count}試行"),
        right_trials: |right, count| format!("{right}を正しく認識：{count}試行"),
        cell: |count, right, chosen| format!("{count}：{right}を{chosen}と取り違え"),
        cell_right: |count, right| format!("{count}：{right}を正しく認識"),
        matrix: |alphabet| format!("{alphabet}の混同行列"),
        matrix_how: |alphabet| {
            format!("{alphabet}：行は出題された文字、列は選ばれた文字です。対角線上は正解です。")
        },
    };
}
