//! [`crate::words::own`] in Japanese.

use crate::words::own::Own;

impl Own {
    pub(in crate::words) const JAPANESE: Self = Self {
        trials_take: "試行では、各文字の例を一つ見せ、別の例で出題します",
        training_takes: "学習では、一つの文字の例二つを同じ文字として見せます",
        draw_second: |why, so_far| {
            format!("{why}。2文字以上に二つ目の例を描いてください。{so_far}。")
        },
        none_has: "二つ目の例がある文字はまだありません",
        one_has: "二つ目の例がある文字はまだ一つだけです",
        halves: |least, found| {
            format!(
                "自分の文字は一つおきに検証用になるため、例が二つある文字が{least}個必要ですが、今は{found}個です。例を描き足すか、検証用から外してください。"
            )
        },
        learnable: |characters, all, examples| {
            format!("自分の文字{all}個中{characters}個、それぞれ最初の{examples}個の例")
        },
        none_learnable: |all| format!("自分の文字{all}個のどれにも二つ目の例がありません"),
        no_mix: "自分の文字は一つのセットなので、混ぜるものがありません。",
        teach_more: "文字や例を追加する",
        run_changed: "この学習を始めてから自分の文字が変わりました。今の文字で学習を続けます。",
        trials_changed: "その後、自分の文字が変わったため、試行を最初から始めます。",
    };
}
