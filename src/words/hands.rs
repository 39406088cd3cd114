//! A set that several people drew, on `#/teach`.

area! {
    Hands {
        title: "Whose hand is hardest?", "いちばん読みにくいのは誰の字か";
        how(people: usize):
            |people| {
                format!(
                    "{people} people drew this set. Each drawing is compared with the examples of each other person, and the network says which character it is."
                )
            },
            |people| {
                format!(
                    "このセットは{people}人が描きました。一つ一つの字を、ほかの人それぞれの例と比べ、どの文字かをネットワークが答えます。"
                )
            };
        compare: "Compare the hands", "字を比べる";
        drawer: "Drawn by", "描いた人";
        right: "Read right", "正しく読めた数";
        range: "Likely range (95 %)", "確からしい範囲（95%）";
        interval(low: f64, high: f64):
            |low, high| format!("{low:.0} to {high:.0} %"),
            |low, high| format!("{low:.0}～{high:.0}%");
        nobody: "no name", "名前なし";
        too_few:
            "Two people must have drawn the same two characters, and the set may have 1024 drawings at most.",
            "同じ2文字を2人以上が描いている必要があります。また、字は全部で1024個までです。";
        changed: "the set has changed", "セットが変わりました";
    }
}
