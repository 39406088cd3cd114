//! What the person must know, whichever page is open.

use super::Name;

area! {
    Notices {
        begins: "starting", "開始します";
        on_its_way(name: Name, so_far: &str):
            |name, so_far| format!("Fetching {name}: {so_far}."),
            |name, so_far| format!("{name}を取得しています：{so_far}。");
        invented_meanwhile(error: &str):
            |error| format!("{error}. The invented alphabets are here meanwhile."),
            |error| format!("{error}。その間も架空の文字体系は使えます。");
        list_late:
            "The list of alphabets has not come yet: the connection is slow, or has stopped. The invented alphabets are here meanwhile.",
            "文字体系の一覧がまだ届きません。接続が遅いか、途切れています。その間も架空の文字体系は使えます。";
        late(name: Name):
            |name| {
                format!(
                    "{name} has not come yet: the connection is slow, or has stopped. Go on with what is here until then."
                )
            },
            |name| {
                format!(
                    "{name}がまだ届きません。接続が遅いか、途切れています。届くまでは今のものを使えます。"
                )
            };
        kept_all(error: &str):
            |error| format!("{error}. The drawing and the support set are kept."),
            |error| format!("{error}。描いた文字とサポートセットは元のままです。");
        held(name: Name, reason: &str):
            |name, reason| {
                format!(
                    "{name} is here until you close this page, then must be fetched again. {reason}."
                )
            },
            |name, reason| {
                format!(
                    "{name}はこのページを閉じるまで使えますが、次回は取得し直す必要があります（{reason}）。"
                )
            };
        of_none: "Probably none of these. ", "おそらくこの中にはありません。";
        guess: "Only a best guess. ", "推測です。あまり似ていません。";
        best(lead: &str, name: Name, similarity: f32):
            |lead, name, similarity| format!("{lead}Best match: {name}, {similarity:.2} similar"),
            |lead, name, similarity| format!("{lead}最も似た文字：{name}、類似度{similarity:.2}");
        own_unread(error: &str):
            |error| {
                format!(
                    "Your own characters can't be read from this browser's storage: {error}. If you saved them as a file, open it."
                )
            },
            |error| {
                format!(
                    "このブラウザーに保存されたあなたの文字を読み込めません：{error}。ファイルに保存してあれば、それを開いてください。"
                )
            };
        closing: "The page is being closed.", "ページを閉じています。";
        misfit(found: usize, expected: usize):
            |found, expected| {
                format!(
                    "the recogniser has not ranked the whole support set ({found} of {expected}); reload the page"
                )
            },
            |found, expected| {
                format!(
                    "認識エンジンが返した候補は{found}件ですが、サポートセットは{expected}文字です。ページを読み込み直してください"
                )
            };
        missing(file: Name):
            |file| format!("{file} is not on this server"),
            |file| format!("{file}がこのサーバーにありません");
        no_reading:
            "The program that reads alphabets could not be fetched; check the connection and try again",
            "文字体系を読むためのプログラムを取得できませんでした。接続を確認して、もう一度お試しください";
        network(file: Name):
            |file| {
                format!(
                    "{file} could not be fetched; check the connection and choose the alphabet again"
                )
            },
            |file| {
                format!("{file}を取得できませんでした。接続を確認して、文字体系を選び直してください")
            };
        status(file: Name, status: u16):
            |file, status| {
                format!("{file} could not be fetched: the server answered {status}; try again later")
            },
            |file, status| {
                format!(
                    "{file}を取得できませんでした。サーバーの応答は{status}です。しばらくしてからもう一度お試しください"
                )
            };
        content(file: Name):
            |file| {
                format!(
                    "{file} is not the file of this version; reload the page, or tell whoever publishes it"
                )
            },
            |file| {
                format!(
                    "{file}はこの版のファイルではありません。ページを読み込み直すか、公開者に知らせてください"
                )
            };
    }
}
