//! The page `#/lessons` and docs/teaching.md: lessons for a class.
//!
//! A link stands in its text as `[name](#/page)`. [`pieces`] takes such a text apart, and [`Lessons::plans`] has the
//! lessons in their order, for the page and for the document alike.

area! {
    Lessons {
        invitation: "For teachers: eight lessons", "授業で使う方へ：八つのレッスン";
        heading: "Twinglyph in class", "授業で使うTwinglyph";
        lead:
            "Eight lessons of 10 to 45 minutes about a machine that knows a character by one example. Neither you nor your pupils need to know anything about machine learning.",
            "たった一つのお手本で文字を見分ける機械を題材にした、10分から45分のレッスンが八つあります。先生にも生徒にも、機械学習の予備知識は要りません。";
        print: "Print it on two pages", "2ページに印刷する";
        address: "The address for your pupils: ", "生徒に伝えるアドレス：";
        begin: "How to begin", "始め方";
        begin_1:
            "Everyone opens the same address in a browser, on a phone, a tablet or a school laptop. Nothing is installed, and nobody needs an account.",
            "全員が同じアドレスをブラウザーで開きます。スマートフォンでも、タブレットでも、学校のノートパソコンでもかまいません。インストールもアカウントも要りません。";
        begin_2:
            "What pupils draw stays on their device. Only a link, a code or a file that they pass on themselves takes it to others. Let them use numbers instead of their names.",
            "描いたものは、その端末の外に出ません。ほかの人に渡るのは、自分でリンクやコード、ファイルにして渡したときだけです。名前の代わりに番号を使わせてください。";
        begin_3:
            "Open it once on each device before the lesson. That keeps 8.3 MB there, and the page then works offline. Without a connection, lessons 3, 7 and 8 need more: [About](#/about) keeps all of it, 17 MB besides.",
            "授業の前に、それぞれの端末で一度開いておきます。端末に8.3 MBが保存され、その後はオフラインでも使えます。接続なしでレッスン3、7、8を行うなら、[「概要」](#/about)ですべて（さらに17 MB）を保存しておきます。";
        begin_4:
            "Begin with lesson 1; the others can come in any order. Pupils first write down what they expect, and then try. Teachers read [the ten-minute introduction](#/learn) before.",
            "最初はレッスン1です。残りの順番は自由です。生徒は、まず予想を書き、それから試します。先生は、先に[「10分でわかるワンショット学習」](#/learn)をお読みください。";
        begin_5:
            "Four words: an example is a drawing that shows the machine a character. The set is all characters with their examples. The network is the program that compares. Its similarity goes from 0 to 1; 0.5 means: as likely the same character as another one.",
            "使う言葉は四つです。「お手本（例）」は、文字を機械に見せるための筆跡です。「セット」は、お手本のある文字の集まりです。「ネットワーク」は、比べるプログラムです。「類似度」は0から1までで、0.5なら、同じ文字である見込みと違う文字である見込みが半々です。";
        ask: "Ask", "問いかけ";
        find: "What they find out", "わかること";

        one: "One example is enough", "お手本は一つで足りる";
        one_time: "Age 8 and up, 20 minutes", "8歳（小学3年）から、20分";
        one_1:
            "On [Draw](#/draw), pupils draw one of the characters shown. Which match comes first?",
            "[「描く」](#/draw)で、並んでいる文字の一つを描きます。最初の候補は何でしょうか。";
        one_2:
            "On [Yours](#/teach), they invent three runes, draw each once and give it a name.",
            "[「自作」](#/teach)で、ルーン文字のような新しい文字を三つ考え、一度ずつ描いて名前を付けます。";
        one_3:
            "Back on [Draw](#/draw), with their own set, they draw the runes again: neatly, in a hurry, tiny, slanted. They count the right answers of 10.",
            "自分のセットを使って、[「描く」](#/draw)でもう一度描きます。丁寧に、急いで、とても小さく、斜めに。10回のうち何回正解したかを数えます。";
        one_4:
            "They swap devices. Does it also recognise a neighbour's hand?",
            "隣の人と端末を取り替えます。隣の人が描いても、見分けられるでしょうか。";
        one_ask:
            "How often must you see a letter before you know it again? What can a machine know about a rune that did not exist a minute ago?",
            "文字を何回見れば、次に見分けられますか。一分前にはなかった文字について、機械は何を知っているのでしょうか。";
        one_find:
            "The network did not learn the runes. It compares each new drawing with every example. Recognising by one example is called one-shot learning. Runes that look alike are mixed up.",
            "ネットワークは、その文字を学習していません。新しく描かれた文字を、お手本の一つ一つと比べています。一つのお手本で見分けることを「ワンショット学習」と呼びます。似た文字どうしは取り違えます。";

        two: "What the machine looks at", "機械はどこを見ているか";
        two_time: "Age 10 and up, 10 minutes", "10歳（小学5年）から、10分";
        two_1:
            "On [Draw](#/draw), pupils draw a character large, then tiny in a corner. They look at what the network sees.",
            "[「描く」](#/draw)で、同じ文字を大きく描き、次に隅に小さく描きます。「ネットワークの見え方」を見比べます。";
        two_2:
            "They draw it lying on its side. Does the answer stay?",
            "今度は横倒しに描きます。答えは変わらないでしょうか。";
        two_3:
            "They guess which stroke matters most. [Network](#/network) shows the ink that decides: red speaks for the match, blue against it.",
            "どの線が一番大切か、予想します。[「ネットワーク」](#/network)で決め手となる部分を見ます。赤は似ている根拠、青は似ていない根拠です。";
        two_4:
            "They draw the character without that stroke.",
            "その線を抜いて、もう一度描きます。";
        two_ask:
            "What does the machine not care about? Which stroke makes this character what it is?",
            "機械が気にしないのは何ですか。この文字をこの文字にしているのは、どの線ですか。";
        two_find:
            "Place and size do not count, because every drawing is centred and scaled first. A turned drawing is not turned back, so it fails more often. One small stroke can decide.",
            "位置と大きさは関係ありません。比べる前に、中央に置いて大きさを揃えるからです。向きは直さないので、横倒しの文字では誤りが増えます。小さな一画で答えが決まることもあります。";

        three: "People against the network", "人とネットワークの対戦";
        three_time: "Age 10 and up, 25 minutes", "10歳（小学5年）から、25分";
        three_1:
            "Everyone writes down: how many of 20 will I get right, how many will the network?",
            "全員が予想を書きます。20問のうち、自分は何問、ネットワークは何問正解するでしょうか。";
        three_2:
            "On [Trials](#/trials), each plays today's session alone: 20 trials, the same for everyone. There is no hurry.",
            "[「試行」](#/trials)で「今日のセッション」に一人ずつ挑戦します。20問で、誰でも同じ問題です。急ぐ必要はありません。";
        three_3:
            "The class collects the scores on the board and works out the mean.",
            "全員の正解数を黒板に書き、平均を出します。";
        three_4:
            "Together they look at the trial that most people got wrong.",
            "間違えた人が最も多かった問題を、みんなで見ます。";
        three_ask:
            "How many would be right by guessing? Are 20 trials enough to say who is better?",
            "当てずっぽうなら、何問正解するでしょうか。どちらが強いかを言うのに、20問で足りますか。";
        three_find:
            "Guessing among 20 is right in 5 % of trials, one of 20. In 400 published trials people err in 4.5 %, and the page's usual network in 0.25 %. In harder trials it errs in 5.92 %. So a result is worth little unless we know the trials. One trial more or less is 5 points of 20 trials.",
            "20文字から当てずっぽうで選ぶと、正解は5%、つまり20問に1問です。公表された400の試行では、人は4.5%、このページの標準のネットワークは0.25%を間違えます。もっと難しい試行では、このネットワークも5.92%を間違えます。どんな問題かがわからなければ、成績だけでは何も言えません。また、20問では、1問の違いが5ポイントになります。";

        four: "A class's own data set", "クラスで作るデータ";
        four_time: "Age 11 and up, 45 minutes", "11歳（小学6年）から、45分";
        four_1:
            "Before the lesson, the teacher draws eight characters on [Yours](#/teach), each with a name, and shares the set. Its code is shown on the board.",
            "先生は授業の前に[「自作」](#/teach)で文字を八つ描き、名前を付けて、セットを共有します。QRコードを黒板に映します。";
        four_2:
            "Pupils scan the code with their phone, look at the set, and make an empty copy with the same names. They draw every character in their own hand.",
            "生徒はスマートフォンでコードを読み取ってセットを見た後、同じ名前だけの空のコピーを作ります。すべての文字を自分の手で描きます。";
        four_3:
            "They share their set in the same way, as a code or a link. On [Yours](#/teach), the teacher merges each into the class's set, where every pupil becomes a drawer.",
            "できたセットを、同じようにコードかリンクで先生に渡します。先生は[「自作」](#/teach)で、クラスのセットに一つずつ加えます。生徒一人一人が「書き手」になります。";
        four_4:
            "The teacher shares the class's set; everyone takes it. They draw on [Draw](#/draw), or play [Trials](#/trials) with it, and note whose drawings fail.",
            "先生はクラスのセットを共有し、全員が受け取ります。[「描く」](#/draw)で描くか、[「試行」](#/trials)で対戦し、誰の文字が間違えられたかを記録します。";
        four_ask:
            "Whose hand is hardest, for people and for the network? Does it help to have more examples? What if only one of you had drawn them all?",
            "誰の字が一番難しいでしょうか。人にとって、ネットワークにとって、それは同じですか。例が増えると良くなりますか。一人だけが全部を描いていたら、どうなったでしょうか。";
        four_find:
            "People make data, and they need rules: the same names, every character, all hands. Examples by several hands help. In our measurements errors fall from 6.15 % with one example to 3.15 % with five. Nobody's hand is wrong: the set just has too little like it.",
            "データは人が作ります。同じ名前を使う、全部の文字を描く、全員が描く、といった決まりが必要です。何人もの例があると良くなります。私たちの測定では、誤りは例が一つのとき6.15%、5個のとき3.15%でした。間違えられた人の字が悪いのではありません。似た例がセットに少ないだけです。";

        five: "Bias and data", "データの偏り";
        five_time: "Age 12 and up, 30 minutes", "12歳（中学1年）から、30分";
        five_1:
            "On [Yours](#/teach), pupils fill a new set from a script, kana or runes for example. A font draws the examples.",
            "[「自作」](#/teach)の新しいセットに、かなやルーン文字などの文字体系から文字を入れます。お手本はフォントの字形です。";
        five_2:
            "Each draws the same ten characters on [Draw](#/draw) and counts the right answers.",
            "[「描く」](#/draw)で、全員が同じ10文字を描き、正解を数えます。";
        five_3:
            "One pupil draws the ten examples anew by pen. The writer of the examples and another pupil each draw the ten characters again.",
            "今度は、一人が10文字のお手本をペンで描き直します。お手本を描いた本人と別の人が、それぞれ同じ10文字を描きます。";
        five_4:
            "They fill in a table: who made the examples, who drew, how many of 10 are right.",
            "表にまとめます。お手本は誰のものか、誰が描いたか、10文字中いくつ正解したか。";
        five_ask:
            "For whom does it work best? Did anybody mean to be unfair? Where would this matter more than in a game?",
            "誰の字が一番よく見分けられましたか。わざと不公平にした人はいますか。遊びでは済まないのは、どんな場面でしょうか。";
        five_find:
            "The network is the same each time; only the examples differ. What resembles the examples has an advantage. This is bias in the data, and it needs no bad intention. Cures: examples by many hands, and errors counted for each group. The network, too, learnt from a choice: 964 characters by 20 people each.",
            "ネットワークはいつも同じで、違うのはお手本だけです。お手本に似た字ほど有利になります。これが「データの偏り」で、悪気がなくても生じます。対策は、多くの人の例を集めることと、誤りを人やグループごとに数えることです。このネットワークも、964文字をそれぞれ20人が描いた、限られたデータから学びました。";

        six: "Fool the twin", "双子をだます";
        six_time: "Age 10 and up, 25 minutes", "10歳（小学5年）から、25分";
        six_1:
            "On [Fool the twin](#/fool), pupils draw something that the network takes for one character and people for another.",
            "[「双子をだます」](#/fool)で、ネットワークと人とで違う文字に見えるものを描きます。";
        six_2:
            "The class votes on what it is, before the network's answer is shown.",
            "ネットワークの答えを見る前に、それが何の文字か、クラスで投票します。";
        six_3:
            "A drawing wins if most people agree with each other, but not with the network.",
            "多くの人の答えが一致し、ネットワークの答えだけが違えば、その文字の勝ちです。";
        six_4:
            "For the best ones, they look on [Network](#/network) at the ink that decided.",
            "特にうまくいったものは、[「ネットワーク」](#/network)で決め手となった部分を見ます。";
        six_ask:
            "Which change fooled it? Did the same change fool people? Why doesn't the machine wonder?",
            "どこを変えたらだませましたか。人もだまされましたか。機械はなぜ変だと思わないのでしょうか。";
        six_find:
            "The network compares shapes. People also use what they know, how a hand moves for example. A drawing made to deceive a network is called an adversarial example. A vote is no proof: people, too, are often divided.",
            "ネットワークは形を比べるだけです。人は、手の動かし方など、知っていることも使って読みます。ネットワークをだますために作ったものは「敵対的サンプル」と呼ばれます。投票も証明にはなりません。人の答えも、よく分かれます。";

        seven: "Training", "学習させてみる";
        seven_time: "Age 13 and up, 30 minutes", "13歳（中学2年）から、30分";
        seven_1:
            "On [Train](#/train), pupils note how many of the twenty answers shown are right. Then they start the run that the page proposes. It takes about a minute on a laptop.",
            "[「学習」](#/train)に示される20問のうち、何問が正解かを記録します。それから、ページが勧める学習を始めます。ノートパソコンで一分ほどかかります。";
        seven_2:
            "They watch the loss, which says how wrong the answers are, and the held-out characters, from which the network does not learn.",
            "二つの数値を見守ります。答えがどれだけ間違っているかを表す「損失」と、学習に使わない「検証用の文字」の正解率です。";
        seven_3:
            "They count the twenty answers again, and draw: both networks rank the drawing.",
            "20問の正解をもう一度数えます。文字を描くと、学習前と学習後の両方の順位が出ます。";
        seven_4:
            "They try the same with another learning rate or more steps.",
            "学習率やステップ数を変えて、もう一度試します。";
        seven_ask:
            "Why are some characters held out? What would a test with the exercises themselves prove? When is it enough?",
            "検証用の文字を取っておくのはなぜですか。練習問題と同じ問題でテストをしたら、何がわかるでしょうか。どこで終わりにすればよいでしょうか。";
        seven_find:
            "Training changes the network's numbers, its weights. In five measured runs, right answers rose from 64.5 % to between 74.8 and 77.7 %. A network can get better on what it learns from and worse on all else: overfitting. Held-out characters show it. A high rate makes good weights worse.",
            "学習とは、ネットワークの数値（重み）を変えることです。5回の測定では、正解率が64.5%から、74.8%～77.7%に上がりました。学習に使った文字だけが得意になり、ほかの文字では悪くなることもあります。これを「過学習」と呼び、検証用の文字で気づけます。学習率が高すぎると、良い重みは悪くなります。";

        eight: "Two networks, one drawing", "二つのネットワーク、一つの筆跡";
        eight_time: "Age 13 and up, 20 minutes", "13歳（中学2年）から、20分";
        eight_1:
            "On [Compare](#/compare), pupils draw a clear character. They note both networks' answers and similarities.",
            "[「比べる」](#/compare)で、はっきりした文字を描き、二つのネットワークの答えと類似度を記録します。";
        eight_2:
            "They draw one that lies between two characters.",
            "次に、二つの文字の中間のような形を描きます。";
        eight_3:
            "They draw what is not in the set, a house for example. Does the page say “probably none of these”?",
            "セットにないもの、例えば家を描きます。「おそらくこの中にはありません」と出るでしょうか。";
        eight_4:
            "Who finds a drawing on which the two disagree, and both seem sure?",
            "二つの答えが食い違い、しかもどちらも自信がありそうな文字を、誰が見つけられるでしょうか。";
        eight_ask:
            "Which one do you believe, and why? What should a machine do when it is not sure?",
            "どちらを信じますか。それはなぜですか。自信がないとき、機械はどうすればよいでしょうか。";
        eight_find:
            "A high similarity is no promise: among characters that look alike, several can have one. Of 100 foreign characters, 32 are told as “probably none of these” and 30 as “only a best guess”. Of 100 right answers, 1 and 3 are. Where two networks disagree, a person should look. They are made for learning, never to decide about people.",
            "類似度が高くても、正しいとは限りません。よく似た文字が並べば、いくつもの類似度が高くなります。セットにない文字100個のうち、32個には「おそらくこの中にはありません」、30個には「推測です」と出ます。正しい答えでも、100個に1個と3個は出ます。二つの答えが食い違ったら、人が確かめるべきです。これらは学ぶためのもので、人についての判断に使うものではありません。";

        sources: "Where the figures are from", "数値の出典";
        sources_1:
            "They are the project's own measurements, in docs/evaluation.md, docs/models and docs/performance.md of its repository. The figure for people is from Lake, Salakhutdinov and Tenenbaum (2015).",
            "数値は、このプロジェクトの測定によるものです（リポジトリのdocs/evaluation.md、docs/models、docs/performance.md）。人の誤り率は、Lake、Salakhutdinov、Tenenbaumの論文（2015年）によります。";
    }
}

/// A lesson's texts.
pub(crate) struct Plan {
    pub(crate) title: &'static str,
    pub(crate) time: &'static str,
    pub(crate) steps: [&'static str; 4],
    pub(crate) ask: &'static str,
    pub(crate) find: &'static str,
}

impl Lessons {
    /// What to know before the first lesson.
    #[must_use]
    pub(crate) fn beginning(&self) -> [&'static str; 5] {
        [
            self.begin_1,
            self.begin_2,
            self.begin_3,
            self.begin_4,
            self.begin_5,
        ]
    }

    /// The lessons in their order.
    #[must_use]
    pub(crate) fn plans(&self) -> [Plan; 8] {
        macro_rules! plan {
            ($title:ident, $time:ident, [$($step:ident),*], $ask:ident, $find:ident) => {
                Plan {
                    title: self.$title,
                    time: self.$time,
                    steps: [$(self.$step),*],
                    ask: self.$ask,
                    find: self.$find,
                }
            };
        }
        [
            plan!(one, one_time, [one_1, one_2, one_3, one_4], one_ask, one_find),
            plan!(two, two_time, [two_1, two_2, two_3, two_4], two_ask, two_find),
            plan!(three, three_time, [three_1, three_2, three_3, three_4], three_ask, three_find),
            plan!(four, four_time, [four_1, four_2, four_3, four_4], four_ask, four_find),
            plan!(five, five_time, [five_1, five_2, five_3, five_4], five_ask, five_find),
            plan!(six, six_time, [six_1, six_2, six_3, six_4], six_ask, six_find),
            plan!(seven, seven_time, [seven_1, seven_2, seven_3, seven_4], seven_ask, seven_find),
            plan!(eight, eight_time, [eight_1, eight_2, eight_3, eight_4], eight_ask, eight_find),
        ]
    }
}

/// The pieces of a text, each with the address that it leads to, if it is a link.
#[must_use]
pub(crate) fn pieces(text: &'static str) -> Vec<(&'static str, Option<&'static str>)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[')
        && let Some((name, link)) = link.split_once("](")
        && let Some((address, after)) = link.split_once(')')
    {
        pieces.extend([(before, None), (name, Some(address))]);
        rest = after;
    }
    pieces.push((rest, None));
    pieces
}
