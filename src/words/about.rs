//! The page `#/about`, and what is kept for a life without a network.

use super::Name;

area! {
    About {
        title: "One look is enough", "一目見れば十分です";
        lead_before:
            "Twinglyph recognises a character after seeing one example of it. Draw on the ",
            "Twinglyphは、お手本を一つ見ただけで文字を見分けます。";
        lead_after:
            ", and a network that never learnt the alphabet says which character of the support set is most like yours.",
            "に描いてみてください。その文字体系を一度も学習していないネットワークが、サポートセットの中で最も似ている文字を答えます。";
        pad: "pad", "用紙";
        how: "How it compares", "比べ方";
        how_1:
            "The network is a twin: two copies with the same weights. One looks at your drawing, the other at an example, and each sums up what it sees as a row of numbers. Where the two rows are close, the drawings are probably the same character. The score is shown as ",
            "ネットワークは双子、つまり同じ重みを持つ二つの複製です。一方があなたの描いた文字を、もう一方がお手本を見て、それぞれ見たものを数値の並び（埋め込み）にまとめます。二つの並びが近ければ、おそらく同じ文字です。スコアは";
        similarity: "similarity", "類似度";
        how_2:
            ", from 0 to 1. It is not a probability of being right: among twenty characters that all look alike, every one can be similar.",
            "（0から1まで）として表示されます。これは正解の確率ではありません。よく似た20文字の中では、どれも類似度が高くなることがあります。";
        idea_1:
            "The idea is from Koch, Zemel and Salakhutdinov, ",
            "このアイデアは、Koch、Zemel、Salakhutdinovの論文";
        idea_2:
            " (2015). The network here is smaller and compares places of the drawing, too. It comes in two sizes: deep, which looks at a drawing in eight ways, turned, mirrored and tilted, where one is not enough, and errs least; and compact, to be chosen at the head of the page, which looks once and answers faster. Theirs is there as well, as koch: 39 MB, fetched when it is chosen.",
            "（2015年）によるものです。このページのネットワークはそれより小さく、文字の各部分の位置も比べます。大きさは二種類あります。deepは、一度見ただけでは決めにくい文字を回転・反転・傾斜させた8通りの見方で見て、誤りが最も少なく、compactはページ上部で選べ、一度だけ見て速く答えます。論文のネットワークもkochとして用意しており、選ぶと39 MBを取得します。";
        shown: "What it was shown", "学習に使ったもの";
        shown_1: "The alphabets are from ", "文字体系は、Brenden Lakeらによる";
        shown_2:
            " by Brenden Lake and others: 1,623 characters of 50 alphabets, each drawn by 20 people. The network was trained on the background alphabets only. The evaluation alphabets and the invented ones, which a program makes up, are new to it.",
            "のもので、50の文字体系の1,623文字を、それぞれ20人が描いています。ネットワークは背景セットの文字体系だけで学習しました。評価セットの文字体系と、プログラムが作り出す架空の文字体系は、ネットワークにとって初めてのものです。";
        where_runs: "Where it runs", "どこで動くか";
        where_runs_1:
            "In this browser, on its graphics processor by WebGPU or on its processor, whichever is right and faster. No server sees what you draw, nothing is counted, and there is no account. Your settings and the drawing are kept by the browser alone.",
            "このブラウザーの中で、WebGPUによるGPUかCPUのうち、正しく計算できて速いほうで動きます。描いた文字がサーバーに送られることはなく、利用の計測もアカウントもありません。設定と描いた文字は、このブラウザーだけに保存されます。";
        offline: "Without a network", "オフラインで使う";
        offline_1:
            "Once opened, this page works without a network, too, and can be installed as an app. Its newest version is fetched beside whatever you do, whole or not at all.",
            "一度開けば、このページはオフラインでも使え、アプリとしてインストールもできます。最新版は操作の裏で取得され、すべて揃ったときだけ使われます。";
        errs: "Where it errs", "間違えやすいところ";
        errs_1:
            "Characters that differ by a small stroke are mistaken for each other. Pens much thicker than Omniglot's make it err more, and so do drawings turned on their side: it puts a drawing in the middle and scales it, but it doesn't turn one drawing to fit another.",
            "小さな一画だけが違う文字どうしは取り違えることがあります。Omniglotよりずっと太いペンや、横倒しに描いた文字でも誤りが増えます。描いた文字を中央に置いて大きさを揃えますが、もう一方に合わせて回転させることはしないからです。";
        licences: "Whose work is in it", "作者とライセンス";
        licences_1:
            "Anyone may use, change and share Twinglyph, under the MIT licence. It contains the work of many others: ",
            "Twinglyphは、MITライセンスのもとで、誰でも使い、変更し、再配布できます。多くの方々の成果も使わせていただいています。";
        notices: "their names and licences", "使用したものの作者とライセンスの一覧";
        version: "Version ", "バージョン：";
        newer_elsewhere:
            "Another tab uses a newer version of this page. What you drew is kept.",
            "別のタブがこのページの新しい版を使っています。描いたものは保存されています。";
        newer:
            "A newer version of this page is ready. What you drew is kept.",
            "このページの新しい版が準備できました。描いたものは保存されています。";
        use_now: "Use it now", "今すぐ使う";
        none_kept:
            "Nothing is kept for that yet: this browser can't, or the page was just opened for the first time.",
            "オフライン用にはまだ何も保存されていません。このブラウザーが対応していないか、初めてページを開いたばかりです。";
        all_alphabets(of: u32):
            |of| format!(", with all {of} alphabets"),
            |of| format!("（{of}の文字体系すべてを含む）");
        some_alphabets(some: u32, of: u32, rest: &str):
            |some, of, rest| {
                format!(", with {some} of {of} alphabets; all the rest is {rest} more")
            },
            |some, of, rest| {
                format!("（{of}の文字体系のうち{some}を含む。残りすべてはあと{rest}）")
            };
        kept(bytes: &str, set: &str):
            |bytes, set| format!("{bytes} of this page are kept by this browser{set}."),
            |bytes, set| format!("このページの{bytes}がこのブラウザーに保存されています{set}。");
        no_room:
            "This browser has no room for all of it. What was kept still is.",
            "このブラウザーにはすべてを保存する空きがありません。保存済みのものは残っています。";
        not_all:
            "Not all of it came. What was kept still is; try again when there is a network.",
            "すべてを取得できませんでした。保存済みのものは残っています。ネットワークにつながったら、もう一度お試しください。";
        lacks(file: Name, why: &str):
            |file, why| match why {
                "changed" => {
                    format!(
                        "{file} is not kept: the host serves other bytes than those of this version."
                    )
                }
                "storage" => format!("{file} is not kept: this browser has no room for it."),
                "network" => format!("{file} is not kept: the network doesn't bring it."),
                status => format!("{file} is not kept: the host answers {status}."),
            },
            |file, why| match why {
                "changed" => {
                    format!("{file}は保存されていません。ホストがこの版とは違う内容を送っています。")
                }
                "storage" => {
                    format!("{file}は保存されていません。このブラウザーに空きがありません。")
                }
                "network" => format!("{file}は保存されていません。ネットワークから取得できません。"),
                status => format!("{file}は保存されていません。ホストの応答は{status}です。"),
            };
        files_kept(done: u32, total: u32):
            |done, total| format!("{done} of {total} files are kept."),
            |done, total| format!("{total}ファイル中{done}ファイルを保存しました。");
        keep_all: "Keep all of it", "すべて保存する";
    }
}
