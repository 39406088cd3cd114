//! The page `#/about`, and what is kept for a life without a network.

use super::Name;

area! {
    About {
        title: "One look is enough", "一目見れば十分です";
        lead_before: "Draw a character on the ", "まず、";
        lead_after:
            ". Twinglyph recognises it by one example of each character: these examples are the support set. The network that compares them never learnt the alphabet.",
            "に文字を描いてみてください。一文字に一つずつのお手本（サポートセット）と比べて、最も似ている文字を答えます。比べるネットワークは、その文字体系を一度も学習していません。";
        pad: "pad", "用紙";
        how: "How it compares", "比べ方";
        how_1:
            "The network is a twin: two copies with the same learnt numbers, the weights. One looks at your drawing, the other at an example. Each sums up what it sees as a row of numbers, an embedding. If the two rows are close, the drawings are probably the same character. This is shown as ",
            "ネットワークは双子です。つまり、同じ重み（学習した数値）を持つ二つの複製です。一方は描いた文字を、もう一方はお手本を見て、見たものを数値の並び（埋め込み）にまとめます。二つの並びが近ければ、おそらく同じ文字です。その近さは";
        similarity: "similarity", "類似度";
        how_2:
            ", from 0 to 1. It is not the chance of being right: among twenty characters that look alike, all can be similar.",
            "（0から1まで）として表示されます。これは正解の確率ではありません。よく似た20文字の中では、どれも類似度が高くなることがあります。";
        idea_1:
            "The idea is from Koch, Zemel and Salakhutdinov, ",
            "このアイデアは、Koch、Zemel、Salakhutdinovの論文";
        idea_2:
            " (2015). The two made for this page are smaller and also compare the drawings part by part. Choose one at the head of the page. deep errs least: where one look is not enough, it looks in eight ways, turned, mirrored and tilted. compact looks once and answers faster. koch is the network of the paper: 39 MB, fetched when you choose it.",
            "（2015年）によるものです。このページのために作った二つはそれより小さく、文字の部分どうしも比べます。ページ上部で選べます。deepは誤りが最も少なく、一度では決めにくい文字を、回転・反転・傾斜させた8通りの見方で見ます。compactは一度だけ見て速く答えます。kochは論文のネットワークで、選ぶと39 MBを取得します。";
        shown: "What it learnt from", "学習に使ったもの";
        shown_1: "The alphabets are from ", "文字体系は、Brenden Lakeらによる";
        shown_2:
            " by Brenden Lake and others: 1,623 characters of 50 alphabets, each drawn by 20 people. The network was trained on the background alphabets only. New to it are the evaluation alphabets, and the invented ones that a program makes up.",
            "のもので、50の文字体系の1,623文字を、それぞれ20人が描いています。ネットワークは背景セットの文字体系だけで学習しました。評価セットの文字体系と、プログラムが作り出す架空の文字体系は、ネットワークにとって初めてのものです。";
        where_runs: "Where it runs", "どこで動くか";
        where_runs_1:
            "In this browser: on its graphics processor by WebGPU or on its processor, whichever is right and faster. No server sees what you draw. Your visits are not counted, and there is no account. Only the browser keeps your settings and your drawing.",
            "このブラウザーの中で、WebGPUによるGPUかCPUのうち、正しく計算できて速いほうで動きます。描いた文字がサーバーに送られることはなく、利用の計測もアカウントもありません。設定と描いた文字は、このブラウザーだけに保存されます。";
        offline: "Offline", "オフラインで使う";
        offline_1:
            "Once opened, this page also works offline, and you can install it as an app. Its newest version is fetched while you use it, whole or not at all.",
            "一度開けば、このページはオフラインでも使え、アプリとしてインストールもできます。最新版は使っている間に取得され、すべて揃ったときだけ使われます。";
        errs: "Where it errs", "間違えやすいところ";
        errs_1:
            "It may mistake characters that differ by a small stroke. It errs more with pens much thicker than Omniglot's, and with drawings turned on their side. It centres and scales a drawing, but doesn't turn it to fit the example.",
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
            "Nothing is kept for that yet: this browser can't, or this is your first visit.",
            "オフライン用にはまだ何も保存されていません。このブラウザーが対応していないか、初めてページを開いたばかりです。";
        insecure:
            "Nothing is kept for that: this address is not secure (http). Open the page by https.",
            "オフライン用には何も保存されません。このアドレスは安全な接続（https）ではありません。httpsで開いてください。";
        all_alphabets(of: u32):
            |of| format!(", with all {of} alphabets"),
            |of| format!("（{of}の文字体系すべてを含む）");
        some_alphabets(some: u32, of: u32, rest: &str):
            |some, of, rest| format!(", with {some} of {of} alphabets; the rest is {rest} more"),
            |some, of, rest| {
                format!("（{of}の文字体系のうち{some}を含む。残りすべてはあと{rest}）")
            };
        kept(bytes: &str, set: &str):
            |bytes, set| format!("This browser keeps {bytes} of this page{set}."),
            |bytes, set| format!("このページの{bytes}がこのブラウザーに保存されています{set}。");
        no_room:
            "This browser has no room for all of it. What was kept stays.",
            "このブラウザーにはすべてを保存する空きがありません。保存済みのものは残っています。";
        not_all:
            "Not all of it came. What was kept stays; try again when you are online.",
            "すべてを取得できませんでした。保存済みのものは残っています。オンラインのときに、もう一度お試しください。";
        lacks(file: Name, why: &str):
            |file, why| match why {
                "changed" => {
                    format!(
                        "{file} is not kept: the server's copy is not the one of this version."
                    )
                }
                "storage" => format!("{file} is not kept: this browser has no room for it."),
                "network" => format!("{file} is not kept: it could not be fetched."),
                status => format!("{file} is not kept: the server answers {status}."),
            },
            |file, why| match why {
                "changed" => {
                    format!("{file}は保存されていません。サーバーのものがこの版と違います。")
                }
                "storage" => {
                    format!("{file}は保存されていません。このブラウザーに空きがありません。")
                }
                "network" => format!("{file}は保存されていません。取得できませんでした。"),
                status => format!("{file}は保存されていません。サーバーの応答は{status}です。"),
            };
        files_kept(done: u32, total: u32):
            |done, total| format!("{done} of {total} files are kept."),
            |done, total| format!("{total}ファイル中{done}ファイルを保存しました。");
        room: "What takes how much room in this browser", "このブラウザーで使っている容量";
        room_app: "The app, for use offline", "オフラインで使うためのアプリ";
        room_networks: "Networks", "ネットワーク";
        room_drawings:
            "Your drawings, sets, settings and games",
            "描いた文字、セット、設定、試行の記録";
        room_runs: "Training runs", "学習の途中経過";
        room_alphabets: "Alphabets", "文字体系";
        keep_all: "Keep all of it", "すべて保存する";
    }
}
