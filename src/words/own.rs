//! Trials and training with the person's own set.

area! {
    Own {
        trials_take:
            "A trial shows one example of each character and asks with another",
            "試行では、各文字の例を一つ見せ、別の例で出題します";
        training_takes:
            "Training shows two examples of a character as the same",
            "学習では、一つの文字の例二つを同じ文字として見せます";
        draw_second(why: &str, so_far: &str):
            |why, so_far| {
                format!(
                    "Draw a second example of at least 2 of your characters. So far {so_far}. {why}."
                )
            },
            |why, so_far| format!("2文字以上に二つ目の例を描いてください。{so_far}。{why}。");
        none_has: "none has one", "二つ目の例がある文字はまだありません";
        one_has: "only one has one", "二つ目の例がある文字はまだ一つだけです";
        halves(least: usize, found: usize):
            |least, found| {
                format!(
                    "Draw a second example of more characters, or don't hold yours out. Holding out keeps every second one back for testing. That takes {least} with two examples; there are {found}."
                )
            },
            |least, found| {
                format!(
                    "例を描き足すか、自分の文字を検証用から外してください。検証用にすると一つおきに学習から除くため、例が二つある文字が{least}個必要です。今は{found}個です。"
                )
            };
        learnable(characters: usize, all: usize, examples: usize):
            |characters, all, examples| {
                format!("{characters} of your {all} characters, the first {examples} examples of each")
            },
            |characters, all, examples| {
                format!("自分の文字{all}個中{characters}個、それぞれ最初の{examples}個の例")
            };
        none_learnable(all: usize):
            |all| match all {
                1 => "your only character has no second example".to_owned(),
                _ => format!("none of your {all} characters has a second example"),
            },
            |all| format!("自分の文字{all}個のどれにも二つ目の例がありません");
        no_mix:
            "Your own characters are a single set, so there is nothing to mix.",
            "自分の文字は一つのセットなので、混ぜるものがありません。";
        teach_more: "Add characters or examples.", "文字や例を追加する";
        run_changed:
            "Your own characters have changed since this run began. It goes on with them as they are now.",
            "この学習を始めてから自分の文字が変わりました。今の文字で学習を続けます。";
        trials_changed:
            "Your characters have changed, so their trials start over.",
            "自分の文字が変わったため、試行を最初から始めます。";
    }
}
