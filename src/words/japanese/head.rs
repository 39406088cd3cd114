//! [`crate::words::head`] in Japanese.

use crate::words::head::Head;

impl Head {
    pub(in crate::words) const JAPANESE: Self = Self {
        skip: "本文へ移動",
        title_draw: "Twinglyph：文字を描く",
        title_teach: "Twinglyph：教える",
        title_trials: "Twinglyph：試行",
        title_train: "Twinglyph：学習",
        title_network: "Twinglyph：ネットワーク",
        title_about: "Twinglyph：このページについて",
        pages: "ページ",
        draw: "描く",
        teach: "教える",
        trials: "試行",
        train: "学習",
        network: "ネットワーク",
        about: "概要",
        model: "モデル",
        models: "deepは誤りが最も少なく、compactは答えが速く、kochは論文のネットワークです",
        theme: "明るい配色・暗い配色",
        change_theme: "明るい配色と暗い配色を切り替える",
        language: "言語 (Language)",
        reload_ends_run: "言語を切り替えるためにページを読み込み直すと、実行中の学習が中断されます。学習は最後のチェックポイントから再開できます。言語を切り替えますか？",
        late: "このページをまだ取得しています。接続が遅いか、途切れています。もう少し待つか、もう一度お試しください。",
        missing: "このページを取得できませんでした。接続を確認して、もう一度お試しください。",
    };
}
