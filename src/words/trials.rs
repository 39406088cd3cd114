//! The page `#/trials`: the game, its score and its wrong answers.

use super::Name;

area! {
    Trials {
        title: "You against the network", "ネットワークとの対戦";
        lead:
            "Which character below is the same as the one above? Somebody else drew each of those below, once. N-way means N to choose from. The evaluation and the invented alphabets are new to the network, too; it was trained on the background ones.",
            "下の選択肢の中で、上と同じ文字はどれでしょうか。選択肢は、別の人が一度ずつ描いたものです。N-wayとは、N個の中から選ぶことです。評価セットと架空の文字体系は、ネットワークにとっても初めてのものです。背景セットは学習に使いました。";
        measure: "Measure the network", "ネットワークを評価する";
        no_trial(error: &str):
            |error| format!("There is no such trial: {error}."),
            |error| format!("そのような試行はありません：{error}。");
        short(count: usize):
            |count| {
                format!("This alphabet has only {count} characters, so this trial is {count}-way.")
            },
            |count| format!("この文字体系は{count}文字なので、この試行は{count}-wayです。");
        short_own(count: usize):
            |count| {
                format!(
                    "{count} of your characters have a second example, so this trial is {count}-way."
                )
            },
            |count| {
                format!("二つ以上の例がある文字は{count}個なので、この試行は{count}-wayです。")
            };
        trial: "Trial", "試行";
        evaluation: "new to the network", "未学習の文字";
        background: "learnt by the network", "学習済みの文字";
        invented: "new to everyone (invented)", "だれも知らない文字（架空）";
        own: "your own characters", "自分の文字";
        hard: "hard: where the network hesitates", "難問：ネットワークが迷う文字";
        hard_lead(trials: usize, wrong: u32):
            |trials, wrong| {
                format!(
                    "Hard trials: the best two choices of the default network are almost equal. There are {trials}, and it is wrong in {wrong} of them. A few nobody can decide. We know of no published figure of how people do; save yours below."
                )
            },
            |trials, wrong| {
                format!(
                    "難問では、標準のネットワークの上位二つの候補がほぼ同点です。全部で{trials}試行あり、ネットワークはそのうち{wrong}試行で間違えます。だれにも決められないものも少しあります。人がどれだけ正解できるか、公表された数値を私たちは知りません。あなたの結果は下から保存できます。"
                )
            };
        hard_alone:
            "Hard trials are 20-way, within one alphabet: these are such trials.",
            "難問は一つの文字体系の中の20-wayの試行だけなので、そのような試行を表示します。";
        no_hard:
            "This copy of the page lacks alphabets of the hard trials: these are ordinary ones.",
            "このページには難問の文字体系がそろっていないため、普通の試行を表示します。";
        set: "Set", "セット";
        any: "within one alphabet, any", "一つの文字体系から（任意）";
        mixed: "across all alphabets", "すべての文字体系から";
        within: "within", "文字体系を指定";
        ways: "Characters to choose from", "選択肢の文字数";
        among(ways: usize):
            |ways| format!("choose among {ways} ({ways}-way)"),
            |ways| format!("{ways}文字から選ぶ（{ways}-way）");
        from_memory: "draw it from memory", "記憶を頼りに描く";
        number(number: u32, all: u32):
            |number, all| format!("trial {number} of {all}"),
            |number, all| format!("試行{number}/{all}");
        new_session: "New session", "新しいセッション";
        earlier: "Session before", "前のセッション";
        today: "Today's session", "今日のセッション";
        today_line:
            "Twenty trials of this date, the same for everyone",
            "この日付の20試行。誰でも同じ問題です";
        ending: "How it ended", "結果";
        see_ending: "See how it ended", "結果を見る";
        end(person: u32, network: u32, all: u32):
            |person, network, all| match person.abs_diff(network) {
                0 => format!("It is a draw: you and the network were both right in {person} of {all} trials."),
                by if person > network => format!(
                    "You won by {by}: you were right in {person} of {all} trials, the network in {network}."
                ),
                by => format!(
                    "The network won by {by}: it was right in {network} of {all} trials, you in {person}."
                ),
            },
            |person, network, all| match person.abs_diff(network) {
                0 => format!("引き分けです。全{all}試行のうち、あなたもネットワークも正解は{person}です。"),
                by if person > network => format!(
                    "あなたの{by}点差の勝ちです。全{all}試行のうち、あなたの正解は{person}、ネットワークの正解は{network}です。"
                ),
                by => format!(
                    "ネットワークの{by}点差の勝ちです。全{all}試行のうち、ネットワークの正解は{network}、あなたの正解は{person}です。"
                ),
            };
        end_drawn(network: u32, all: u32):
            |network, all| {
                format!("The network recognised what you drew in {network} of {all} trials.")
            },
            |network, all| {
                format!("全{all}試行のうち、ネットワークはあなたの筆跡を{network}回見分けました。")
            };
        better_in(network: u32, person: u32, all: u32):
            |network, person, all| {
                format!(
                    "The network was better than you in {network} of {all} trials, you were better than it in {person}."
                )
            },
            |network, person, all| {
                format!(
                    "{all}試行のうち、ネットワークだけが正解したのは{network}、あなただけが正解したのは{person}です。"
                )
            };
        days(days: u32):
            |days| match days {
                1 => "Today's session is played. Tomorrow there is another one.".to_owned(),
                _ => format!("Today's session is played: {days} days in a row."),
            },
            |days| match days {
                1 => "今日のセッションを終えました。明日は別のセッションがあります。".to_owned(),
                _ => format!("今日のセッションを終えました。{days}日連続です。"),
            };
        hardest(trial: u32):
            |trial| format!("Look at the hardest: trial {trial}"),
            |trial| format!("一番難しかった試行{trial}を見る");
        share: "Copy the result and a link", "結果とリンクをコピー";
        shared(person: u32, network: u32, all: u32):
            |person, network, all| {
                format!("Twinglyph, {all} one-shot trials: {person} right by me, {network} by the network.")
            },
            |person, network, all| {
                format!("Twinglyphの{all}試行：私の正解は{person}、ネットワークの正解は{network}。")
            };
        shared_drawn(network: u32, all: u32):
            |network, all| {
                format!("Twinglyph: of {all} characters that I drew from memory, the network recognised {network}.")
            },
            |network, all| {
                format!("Twinglyph：記憶を頼りに描いた{all}文字のうち、ネットワークは{network}文字を見分けました。")
            };
        marks_legend:
            "Upper mark: you. Lower mark: the network.",
            "上の印はあなた、下の印はネットワークです。";
        copied:
            "Copied. Whoever opens the link plays the same trials.",
            "コピーしました。リンクを開いた人は同じ試行に挑戦できます。";
        copy_below:
            "The browser did not let it be copied: here it is.",
            "ブラウザーがコピーを許可しませんでした。こちらです。";
        both_answers(trial: u32, person: Option<bool>, network: bool):
            |trial, person, network| {
                let word = |right| if right { "right" } else { "wrong" };
                let person = person.map_or_else(String::new, |right| format!("you {}, ", word(right)));
                format!("Trial {trial}: {person}the network {}", word(network))
            },
            |trial, person, network| {
                let word = |right| if right { "正解" } else { "不正解" };
                let person =
                    person.map_or_else(String::new, |right| format!("あなたは{}、", word(right)));
                format!("試行{trial}：{person}ネットワークは{}", word(network))
            };
        fetching: "The drawings are being fetched.", "筆跡を取得しています。";
        drawing_missing:
            "A drawing of this trial is missing.",
            "この試行の筆跡が一つ見つかりません。";
        look: "Look: you will draw it from memory.", "よく見てください。後で記憶を頼りに描きます。";
        draw: "Draw it.", "描いてください。";
        which: "Which of these is it?", "この中のどれでしょうか？";
        drew: "What you drew.", "あなたが描いた文字です。";
        was_asked: "What was asked.", "出題された文字です。";
        asked_for: "The character that is asked for", "出題された文字";
        that_is_it: "Done drawing", "これで決定";
        network_right(similarity: f32):
            |similarity| format!("the network is right ({similarity:.2} similar)"),
            |similarity| format!("ネットワークは正解です（類似度{similarity:.2}）");
        network_wrong(name: Name, similarity: f32):
            |name, similarity| {
                format!("the network is wrong: it took {name} ({similarity:.2} similar)")
            },
            |name, similarity| {
                format!("ネットワークは不正解で、{name}を選びました（類似度{similarity:.2}）")
            };
        both(name: Name, network: &str):
            |name, network| format!("✓ You are right: {name}; {network}."),
            |name, network| format!("✓ 正解です：{name}。{network}。");
        wrong(name: Name, network: &str):
            |name, network| format!("✗ It was {name}: you are wrong; {network}."),
            |name, network| format!("✗ 不正解です。正解は{name}でした。{network}。");
        was(name: Name, network: &str):
            |name, network| format!("It was {name}; {network}."),
            |name, network| format!("正解は{name}でした。{network}。");
        still_looking: "The network is still looking.", "ネットワークはまだ考えています。";
        next: "Next trial", "次の試行";
        keys:
            "Characters to choose from; arrow keys move, Enter or the letter of a cell chooses",
            "選択肢の文字。矢印キーで移動し、Enterか、マスに付いたアルファベットのキーで選びます";
        you: "you", "あなた";
        network: "network", "モデル";
        choice(number: usize):
            |number| format!("Choice {number}"),
            |number| format!("選択肢{number}");
        the_right_one: ", the right one", "、正解";
        choice_similar(name: Name, similarity: f32, tag: &str, tags: &str):
            |name, similarity, tag, tags| {
                format!("{name}, {similarity:.2} similar{tag} {tags}")
            },
            |name, similarity, tag, tags| {
                format!("{name}、類似度{similarity:.2}{tag} {tags}")
            };
        seconds(seconds: f64):
            |seconds| format!("{seconds:.1} s"),
            |seconds| format!("{seconds:.1}秒");
        person: "You", "あなた";
        machine: "Network", "ネットワーク";
        all_answered(all: u32):
            |all| {
                format!(
                    "All {all} trials are answered. The page's address holds the session: whoever opens it plays the same trials."
                )
            },
            |all| {
                format!(
                    "全{all}試行に答えました。このセッションはページのアドレスに入っており、開いた人は同じ試行に挑戦できます。"
                )
            };
        answered(answered: usize, all: u32, seed: u32):
            |answered, all, seed| {
                format!(
                    "{answered} of {all} answered. Seed {seed} chose these trials; the page's address holds this one."
                )
            },
            |answered, all, seed| {
                format!(
                    "{all}試行中{answered}試行に回答しました。この試行は番号（シード）{seed}から作られ、ページのアドレスに入っています。"
                )
            };
        own_answered(answered: usize, all: u32, seed: u32):
            |answered, all, seed| {
                format!(
                    "{answered} of {all} answered. Seed {seed} chose these trials; the page's address holds this one, for your characters as they are."
                )
            },
            |answered, all, seed| {
                format!(
                    "{all}試行中{answered}試行に回答しました。この試行は番号（シード）{seed}と今の自分の文字から作られ、ページのアドレスに入っています。"
                )
            };
        score: "Score", "成績";
        this_session: "This session", "このセッション";
        right: "right", "正解";
        interval: "95 % interval", "95%信頼区間";
        in_a_row: "in a row", "連続正解";
        most: "most", "最多連続";
        median: "median time", "時間の中央値";
        as_csv: "Save as CSV", "CSVで保存";
        as_json: "Save as JSON", "JSONで保存";
        percent(low: f64, high: f64):
            |low, high| format!("{low:.0} to {high:.0} %"),
            |low, high| format!("{low:.0}～{high:.0}%");
        wrongs: "Wrong answers", "不正解";
        asked: "asked", "出題";
        you_drew: "you drew", "あなたの筆跡";
        your_choice: "your choice", "あなたの選択";
        networks_choice: "network's choice", "ネットワークの選択";
        open: "Open in Draw", "「描く」で開く";
        show: "Show the trial", "この試行を表示";
        colon: ": ", "：";
        no_set(value: Name):
            |value| {
                format!("There is no set \"{value}\": these trials are of the evaluation set.")
            },
            |value| {
                format!("「{value}」というセットはないため、評価セットの試行を表示します。")
            };
        no_ways(value: Name, ways: usize):
            |value, ways| {
                format!("There are no \"{value}\"-way trials: these are {ways}-way.")
            },
            |value, ways| {
                format!("「{value}」-wayの試行はないため、{ways}-wayの試行を表示します。")
            };
        no_seed(value: Name, most: u32, seed: u32):
            |value, most, seed| {
                format!("\"{value}\" is not a seed from 0 to {most}: seed {seed} is used.")
            },
            |value, most, seed| {
                format!("「{value}」は0から{most}までのシードではないため、シード{seed}を使います。")
            };
        no_number(all: u32, number: u32):
            |all, number| {
                format!("A session has trials 1 to {all}: this is trial {number}.")
            },
            |all, number| {
                format!("セッションの試行は1から{all}までです。これは試行{number}です。")
            };
        no_alphabet(name: Name):
            |name| {
                format!("There is no alphabet \"{name}\": these trials are of any of the set.")
            },
            |name| {
                format!(
                    "「{name}」という文字体系はないため、セットの任意の文字体系の試行を表示します。"
                )
            };
        instead(name: Name):
            |name| {
                format!(
                    "The alphabet of this trial is not kept here and could not be fetched. These trials are of what is here: {name}."
                )
            },
            |name| {
                format!(
                    "この試行の文字体系は保存されておらず、取得もできませんでした。代わりに、ここにある{name}の試行を表示します。"
                )
            };
        no_alphabets(set: &str):
            |set| {
                format!(
                    "This copy of the page has no {set} alphabets: these trials are of the invented ones."
                )
            },
            |set| {
                format!(
                    "このページには「{set}」の文字体系がないため、架空の文字体系の試行を表示します。"
                )
            };
    }
}
