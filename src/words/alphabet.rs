//! The choice of an alphabet and of its characters: the support set.

use super::{Name, many};

area! {
    Alphabet {
        name(listed: &str):
            |name| name.replace('_', " "),
            |name| japanese(name).map_or_else(|| name.replace('_', " "), str::to_owned);
        evaluation_group: "New to the network (evaluation alphabets)", "ネットワークが知らない文字（評価セット）";
        evaluation_remark:
            "The network was measured on these and never trained on them.",
            "ネットワークの評価に使ったもので、学習には一切使っていません。";
        background_group: "The network learnt these (background alphabets)", "ネットワークが学んだ文字（背景セット）";
        background_remark:
            "The network was trained on these.",
            "ネットワークはこれらで学習しました。";
        invented_group: "New to everyone (invented alphabets)", "だれも知らない文字（架空の文字体系）";
        invented_remark:
            "Made by a program; no person and no network has learnt them.",
            "プログラムが作ったもので、人もネットワークも学んだことがありません。";
        evaluation: "new to the network", "ネットワークが知らない文字";
        background: "learnt by the network", "ネットワークが学んだ文字";
        invented: "invented, new to everyone", "架空の、だれも知らない文字";
        count_yours(count: usize):
            |count| format!("{}, yours", many(count, "character")),
            |count| format!("{count}文字、自分の文字");
        count(count: usize, kind: &str):
            |count, kind| format!("{}, {kind}", many(count, "character")),
            |count, kind| format!("{count}文字、{kind}");
        choose_picture: "Choose by picture", "絵で選ぶ";
        choose_alphabet: "Choose the alphabet by picture", "文字体系を絵で選ぶ";
        no_omniglot:
            "This copy of the page comes without Omniglot's alphabets. Use the invented ones instead.",
            "このページにはOmniglotの文字体系が含まれていません。代わりに架空の文字体系を使ってください。";
        alphabets: "Alphabets", "文字体系";
        own_set: "Your own characters", "自分の文字";
        yours: "Yours", "自作";
        support: "Support set", "サポートセット";
        ways: "Number of characters to choose from", "選択肢の文字数";
        all(count: usize): |count| format!("all {count}"), |count| format!("全{count}");
        among: "Choose among", "選択肢";
        n_way:
            "N-way: N characters to choose from",
            "N-way：N文字の中から選ぶこと";
        drawer: "Drawn by ", "書いた人 ";
        person(number: usize):
            |number| format!("person {number}"),
            |number| format!("{number}人目");
        others: "Other characters of this alphabet", "この文字体系の別の文字";
        reshuffle:
            "Reshuffle: other characters of this alphabet",
            "選び直す：この文字体系の別の文字";
        similar(name: Name, similarity: f32):
            |name, similarity| format!("{name}, {similarity:.2} similar"),
            |name, similarity| format!("{name}、類似度{similarity:.2}");
    }
}

/// What one of Omniglot's alphabets is called; none for invented ones.
fn japanese(name: &str) -> Option<&'static str> {
    let names = NAMES.iter().find(|(english, _)| *english == name);
    names.map(|&(_, japanese)| japanese)
}

/// Omniglot's alphabets, as it spells them and in Japanese.
pub(in crate::words) const NAMES: [(&str, &str); 50] = [
    ("Alphabet_of_the_Magi", "マギの文字"),
    ("Angelic", "天使文字"),
    ("Anglo-Saxon_Futhorc", "アングロサクソン・ルーン文字"),
    ("Arcadian", "アルカディア文字"),
    ("Armenian", "アルメニア文字"),
    ("Asomtavruli_(Georgian)", "ジョージア文字（アソムタヴルリ）"),
    ("Atemayar_Qelisayer", "アテマヤール・ケリサイェル"),
    ("Atlantean", "アトランティス文字"),
    ("Aurek-Besh", "オーレベッシュ"),
    ("Avesta", "アヴェスター文字"),
    ("Balinese", "バリ文字"),
    ("Bengali", "ベンガル文字"),
    (
        "Blackfoot_(Canadian_Aboriginal_Syllabics)",
        "ブラックフット語の音節文字（カナダ先住民文字）",
    ),
    ("Braille", "点字"),
    ("Burmese_(Myanmar)", "ビルマ文字（ミャンマー）"),
    ("Cyrillic", "キリル文字"),
    ("Early_Aramaic", "初期アラム文字"),
    ("Futurama", "フューチュラマの文字"),
    ("Ge_ez", "ゲエズ文字"),
    ("Glagolitic", "グラゴル文字"),
    ("Grantha", "グランタ文字"),
    ("Greek", "ギリシア文字"),
    ("Gujarati", "グジャラート文字"),
    ("Gurmukhi", "グルムキー文字"),
    ("Hebrew", "ヘブライ文字"),
    (
        "Inuktitut_(Canadian_Aboriginal_Syllabics)",
        "イヌクティトゥット語の音節文字（カナダ先住民文字）",
    ),
    ("Japanese_(hiragana)", "ひらがな"),
    ("Japanese_(katakana)", "カタカナ"),
    ("Kannada", "カンナダ文字"),
    ("Keble", "ケブル文字"),
    ("Korean", "ハングル"),
    ("Latin", "ラテン文字"),
    (
        "Malay_(Jawi_-_Arabic)",
        "マレー語のジャウィ文字（アラビア系）",
    ),
    ("Malayalam", "マラヤーラム文字"),
    ("Manipuri", "マニプル文字"),
    ("Mkhedruli_(Georgian)", "ジョージア文字（ムヘドルリ）"),
    ("Mongolian", "モンゴル文字"),
    ("N_Ko", "ンコ文字"),
    (
        "Ojibwe_(Canadian_Aboriginal_Syllabics)",
        "オジブウェー語の音節文字（カナダ先住民文字）",
    ),
    (
        "Old_Church_Slavonic_(Cyrillic)",
        "古代教会スラヴ語のキリル文字",
    ),
    ("Oriya", "オリヤー文字"),
    ("Sanskrit", "サンスクリットの文字"),
    ("Sylheti", "シレット文字"),
    ("Syriac_(Estrangelo)", "シリア文字（エストランゲロ）"),
    ("Syriac_(Serto)", "シリア文字（セルトー）"),
    ("Tagalog", "タガログ文字"),
    ("Tengwar", "テングワール"),
    ("Tibetan", "チベット文字"),
    ("Tifinagh", "ティフィナグ文字"),
    ("ULOG", "ULOG文字"),
];
