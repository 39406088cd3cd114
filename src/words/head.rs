//! The head of the page: its pages' names and titles, the model, the theme, the language.

use super::Name;

area! {
    Head {
        skip: "Skip to the page's content", "本文へ移動";
        title_draw: "Twinglyph: draw a character", "Twinglyph：文字を描く";
        title_teach: "Twinglyph: your own characters", "Twinglyph：自分の文字";
        title_trials: "Twinglyph: trials", "Twinglyph：試行";
        title_train: "Twinglyph: train a network", "Twinglyph：ネットワークの学習";
        title_network: "Twinglyph: the network", "Twinglyph：ネットワーク";
        title_about: "Twinglyph: about", "Twinglyph：このページについて";
        title_lessons: "Twinglyph: lessons for a class", "Twinglyph：授業のレッスン";
        title_compare:
            "Twinglyph: two networks side by side",
            "Twinglyph：二つのネットワークを比べる";
        title_fool: "Twinglyph: fool the twin", "Twinglyph：双子をだます";
        pages: "Pages", "ページ";
        draw: "Draw", "描く";
        teach: "Yours", "自作";
        trials: "Trials", "試行";
        train: "Train", "学習";
        network: "Network", "ネットワーク";
        learn: "Learn", "入門";
        about: "About", "概要";
        model: "Network ", "ネットワーク ";
        in_use(name: Name):
            |name| format!("Network: {name}"),
            |name| format!("ネットワーク：{name}");
        accurate: "accurate", "正確";
        fast: "fast", "高速";
        of_2015: "the paper's of 2015", "2015年の論文";
        theme: "Light or dark", "明るい配色・暗い配色";
        change_theme: "Change between light and dark", "明るい配色と暗い配色を切り替える";
        language: "Language", "言語 (Language)";
        reload_ends_run:
            "Change the language? The page reloads, which interrupts the run of training. It can go on from its last checkpoint.",
            "言語を切り替えますか？ページを読み込み直すため、実行中の学習は中断されます。最後のチェックポイントから再開できます。";
        late:
            "This page is still being fetched: the connection is slow, or has stopped. Wait a little more, or try again.",
            "このページをまだ取得しています。接続が遅いか、途切れています。もう少し待つか、もう一度お試しください。";
        missing:
            "This page could not be fetched. Check the connection and try again.",
            "このページを取得できませんでした。接続を確認して、もう一度お試しください。";
    }
}
