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
                    "{why}: draw a second example of at least 2 of your characters. So far {so_far}."
                )
            },
            |why, so_far| {
                format!("{why}。2文字以上に二つ目の例を描いてください。{so_far}。")
            };
        none_has: "none has one", "二つ目の例がある文字はまだありません";
        one_has: "only one has one", "二つ目の例がある文字はまだ一つだけです";
        halves(least: usize, found: usize):
            |least, found| {
                format!(
                    "Every second of your own characters is held out, which takes {least} with two examples; there are {found}. Draw more, or don't hold them out."
                )
            },
            |least, found| {
                format!(
                    "自分の文字は一つおきに検証用になるため、例が二つある文字が{least}個必要ですが、今は{found}個です。例を描き足すか、検証用から外してください。"
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
            "Your own characters are one set: there is nothing to mix.",
            "自分の文字は一つのセットなので、混ぜるものがありません。";
        teach_more: "Teach it more.", "文字や例を追加する";
        run_changed:
            "Your own characters have changed since this run began. It goes on with them as they are now.",
            "この学習を始めてから自分の文字が変わりました。今の文字で学習を続けます。";
        trials_changed:
            "Your characters have changed since: their trials begin anew.",
            "その後、自分の文字が変わったため、試行を最初から始めます。";
    }
}
