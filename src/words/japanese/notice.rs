//! [`crate::words::notice`] in Japanese.

use crate::words::notice::Notices;

impl Notices {
    pub(in crate::words) const JAPANESE: Self = Self {
        begins: "開始します",
        on_its_way: |name, so_far| format!("{name}を取得しています：{so_far}。"),
        list_late: "文字体系の一覧がまだ届きません。接続が遅いか、途切れています。その間も架空の文字体系は使えます。",
        late: |name| {
            format!(
                "{name}がまだ届きません。接続が遅いか、途切れています。届くまでは今のものを使えます。"
            )
        },
        invented_meanwhile: |error| format!("{error}。その間も架空の文字体系は使えます。"),
        kept_all: |error| format!("{error}。描いた文字とサポートセットは元のままです。"),
        held: |name, reason| {
            format!(
                "{name}はこのページを閉じるまで使えますが、次回は取得し直す必要があります（{reason}）。"
            )
        },
        of_none: "おそらくこの中にはありません。",
        best: |lead, name, similarity| format!("{lead}最も似た文字：{name}、類似度{similarity:.2}"),
        own_unread: |error| {
            format!(
                "このブラウザーに保存されたあなたの文字を読み込めません：{error}。ファイルに保存してあれば、それを開いてください。"
            )
        },
        closing: "ページを閉じています。",
        misfit: |found, expected| {
            format!(
                "認識エンジンが返した候補は{found}件ですが、サポートセットは{expected}文字です。ページを読み込み直してください"
            )
        },
        missing: |file| format!("{file}がこのサーバーにありません"),
        no_reading: "文字体系を読むためのプログラムを取得できませんでした。接続を確認して、もう一度お試しください",
        network: |file| {
            format!("{file}を取得できませんでした。接続を確認して、文字体系を選び直してください")
        },
        status: |file, status| {
            format!(
                "{file}を取得できませんでした。サーバーの応答は{status}です。しばらくしてからもう一度お試しください"
            )
        },
        content: |error| format!("取得したファイルが正しくありません（{error}）"),
    };
}
