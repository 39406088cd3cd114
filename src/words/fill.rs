//! A set that the browser's fonts fill, on `#/teach`.

area! {
    Fill {
        title: "Fill from text or a script", "文章や文字体系から追加";
        how:
            "Type characters, paste a text, or choose a script. This browser's fonts draw one example of each, and the character itself becomes the name. Draw a second example of your own where the page is unsure.",
            "文字を入力するか、文章を貼り付けるか、文字体系を選んでください。このブラウザーのフォントがそれぞれの例を一つ描き、文字そのものが名前になります。見分けにくい文字には、自分で描いた例をもう一つ加えてください。";
        figure:
            "On five scripts that the network has practised (hiragana, katakana, Latin, Greek, Hebrew), one glyph of a font as the only example gave 93 right answers in 100 trials of 20 characters, a person's drawing 94.",
            "ネットワークが学習に使った五つの文字体系（ひらがな、カタカナ、ラテン文字、ギリシャ文字、ヘブライ文字）で20文字から選ぶ試行をすると、例がフォントの字形一つだけの場合は100回中93回、人の筆跡一つだけの場合は94回正解しました。";
        text: "Characters or a text", "文字または文章";
        samples: "ᚠᚢᚦ ∀∃∞ 日月火水", "日月火水 ᚠᚢᚦ ∀∃∞";
        script: "Script or signs", "文字体系・記号";
        none: "Only what is typed", "入力した文字だけ";
        letters: "Scripts", "文字体系";
        signs: "Signs", "記号";
        one(listed: &str, count: usize):
            |listed, count| format!("{listed} ({count})"),
            |listed, count| format!("{listed}（{count}）");
        font: "Font", "フォント";
        sans: "Without serifs", "ゴシック体";
        serif: "With serifs", "明朝体";
        add: "Add them", "追加";
        asks: "Type a character or choose a script first.", "先に文字を入力するか、文字体系を選んでください。";
        drawing(done: usize, all: usize):
            |done, all| format!("Drawn: {done} of {all}."),
            |done, all| format!("{all}文字中{done}文字を描きました。");
        other_set:
            "Another set was opened meanwhile, so nothing was added. Go back to the set, and fill it once more.",
            "途中で別のセットが開かれたため、何も追加していません。元のセットに戻って、もう一度実行してください。";
        stopped: "Stopped. Nothing was added.", "中止しました。何も追加していません。";
        between: " ", "";
        added(count: usize):
            |count| match count {
                0 => "Nothing was added.".to_owned(),
                1 => "1 character was added.".to_owned(),
                _ => format!("{count} characters were added."),
            },
            |count| match count {
                0 => "何も追加しませんでした。".to_owned(),
                _ => format!("{count}文字を追加しました。"),
            };
        missing(count: usize, named: &str, more: &str):
            |count, named, more| match count {
                1 => format!("1 was left out, as no font here has it: {named}{more}."),
                _ => format!("{count} were left out, as no font here has them: {named}{more}."),
            },
            |count, named, more| {
                format!("このブラウザーのフォントにない{count}文字は追加していません（{named}{more}）。")
            };
        blank(count: usize):
            |count| match count {
                1 => "1 was left out, as nothing of it can be seen by itself.".to_owned(),
                _ => format!("{count} were left out, as nothing of them can be seen by itself."),
            },
            |count| format!("単独では形が見えない{count}文字は追加していません。");
        known(count: usize):
            |count| match count {
                1 => "1 is in your set already.".to_owned(),
                _ => format!("{count} are in your set already."),
            },
            |count| format!("{count}文字はすでにセットに入っています。");
        beyond(count: usize, most: usize):
            |count, most| match count {
                1 => format!("There was no room for 1 more: a set holds {most} characters at most."),
                _ => format!("There was no room for {count} more: a set holds {most} characters at most."),
            },
            |count, most| {
                format!("セットに入るのは{most}文字までのため、残りの{count}文字は追加していません。")
            };
        latin_capitals: "Latin, capitals", "ラテン文字（大文字）";
        latin_small: "Latin, small letters", "ラテン文字（小文字）";
        greek_capitals: "Greek, capitals", "ギリシャ文字（大文字）";
        greek_small: "Greek, small letters", "ギリシャ文字（小文字）";
        cyrillic_capitals: "Cyrillic, capitals", "キリル文字（大文字）";
        cyrillic_small: "Cyrillic, small letters", "キリル文字（小文字）";
        armenian_capitals: "Armenian, capitals", "アルメニア文字（大文字）";
        armenian_small: "Armenian, small letters", "アルメニア文字（小文字）";
        georgian: "Georgian", "ジョージア文字";
        hebrew: "Hebrew", "ヘブライ文字";
        arabic: "Arabic letters", "アラビア文字";
        devanagari: "Devanagari", "デーヴァナーガリー";
        tamil: "Tamil", "タミル文字";
        thai: "Thai consonants", "タイ文字（子音字）";
        hiragana: "Hiragana", "ひらがな";
        katakana: "Katakana", "カタカナ";
        hangul: "Hangul letters", "ハングル字母";
        bopomofo: "Bopomofo", "注音字母";
        radicals: "Radicals of kanji", "漢字の部首";
        cherokee: "Cherokee", "チェロキー文字";
        runes: "Runes", "ルーン文字";
        ogham: "Ogham", "オガム文字";
        glagolitic: "Glagolitic, capitals", "グラゴル文字（大文字）";
        gothic: "Gothic", "ゴート文字";
        tifinagh: "Tifinagh", "ティフィナグ文字";
        phoenician: "Phoenician", "フェニキア文字";
        hieroglyphs: "Egyptian hieroglyphs", "エジプト聖刻文字";
        digits: "Digits", "数字";
        arrows: "Arrows", "矢印";
        operators: "Mathematical operators", "数学記号";
        boxes: "Box drawing", "罫線素片";
        shapes: "Geometric shapes", "幾何学図形";
        braille: "Braille", "点字";
        chess: "Chess pieces", "チェスの駒";
        currencies: "Currencies", "通貨記号";
        alchemy: "Alchemical symbols", "錬金術記号";
        dominoes: "Dominoes", "ドミノ牌";
    }
}
