//! [`crate::words::trials`] in Japanese.

use crate::words::trials::Trials;

impl Trials {
    pub(in crate::words) const JAPANESE: Self = Self {
        title: "ネットワークとの対戦",
        lead: "上に一つの文字、下に選択肢があり、選択肢は別の人が一度ずつ描いたものです。同じ文字はどれでしょうか？ 評価セットと架空の文字体系はネットワークにとっても初めてのもので、背景セットは学習に使ったものです。",
        measure: "ネットワークを評価する",
        no_trial: |error| format!("そのような試行はありません：{error}。"),
        short: |count| format!("この文字体系は{count}文字なので、この試行は{count}-wayです。"),
        short_own: |count| {
            format!("二つ以上の例がある文字は{count}個なので、この試行は{count}-wayです。")
        },
        trial: "試行",
        evaluation: "評価セット",
        background: "背景セット",
        invented: "架空",
        own: "自分の文字",
        set: "セット",
        any: "一つの文字体系から（任意）",
        mixed: "すべての文字体系から",
        within: "文字体系を指定",
        ways: "選択肢の文字数",
        from_memory: "記憶を頼りに描く",
        number: |number, all| format!("試行{number}/{all}"),
        new_session: "新しいセッション",
        fetching: "筆跡を取得しています。",
        drawing_missing: "この試行の筆跡が一つ見つかりません。",
        look: "よく見てください。後で記憶を頼りに描きます。",
        draw: "描いてください。",
        which: "この中のどれでしょうか？",
        drew: "あなたが描いた文字です。",
        was_asked: "出題された文字です。",
        asked_for: "出題された文字",
        that_is_it: "これで決定",
        network_right: |similarity| format!("ネットワークは正解です（類似度{similarity:.2}）"),
        network_wrong: |name, similarity| {
            format!("ネットワークは不正解で、{name}を選びました（類似度{similarity:.2}）")
        },
        both: |name, network| format!("✓ 正解です：{name}。{network}。"),
        wrong: |name, network| format!("✗ 不正解です。正解は{name}でした。{network}。"),
        was: |name, network| format!("正解は{name}でした。{network}。"),
        still_looking: "ネットワークはまだ考えています。",
        next: "次の試行",
        keys: "選択肢の文字。矢印キーで移動し、Enterで選びます",
        you: "あなた",
        network: "モデル",
        choice: |number| format!("選択肢{number}"),
        the_right_one: "、正解",
        choice_similar: |name, similarity, tag, tags| {
            format!("{name}、類似度{similarity:.2}{tag} {tags}")
        },
        seconds: |seconds| format!("{seconds:.1}秒"),
        person: "あなた",
        machine: "ネットワーク",
        all_answered: |all| {
            format!(
                "全{all}試行に答えました。このセッションはアドレスに入っており、開いた人は同じ試行に挑戦できます。"
            )
        },
        answered: |answered, all, seed| {
            format!(
                "{all}試行中{answered}試行に回答、シード{seed}。この試行はアドレスに入っています。"
            )
        },
        own_answered: |answered, all, seed| {
            format!(
                "{all}試行中{answered}試行に回答、シード{seed}。この試行は、今の自分の文字についてアドレスに入っています。"
            )
        },
        score: "成績",
        this_session: "このセッション",
        right: "正解",
        interval: "95%信頼区間",
        in_a_row: "連続正解",
        most: "最多連続",
        median: "時間の中央値",
        as_csv: "CSVで保存",
        as_json: "JSONで保存",
        percent: |low, high| format!("{low:.0}～{high:.0}%"),
        wrongs: "不正解",
        asked: "出題",
        you_drew: "あなたの筆跡",
        your_choice: "あなたの選択",
        networks_choice: "ネットワークの選択",
        open: "「描く」で開く",
        show: "この試行を表示",
        colon: "：",
        no_set: |value| {
            format!("「{value}」というセットはないため、評価セットの試行を表示します。")
        },
        no_ways: |value, ways| {
            format!("「{value}」-wayの試行はないため、{ways}-wayの試行を表示します。")
        },
        no_seed: |value, most, seed| {
            format!("「{value}」は0から{most}までのシードではないため、シード{seed}を使います。")
        },
        no_number: |all, number| {
            format!("セッションの試行は1から{all}までです。これは試行{number}です。")
        },
        no_alphabet: |name| {
            format!(
                "「{name}」という文字体系はないため、セットの任意の文字体系の試行を表示します。"
            )
        },
        no_alphabets: |set| {
            format!(
                "このページには「{set}」の文字体系がないため、架空の文字体系の試行を表示します。"
            )
        },
    };
}
