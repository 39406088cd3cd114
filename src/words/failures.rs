//! What went wrong with the recogniser, and what became of it.

use twinglyph_core::protocol::{FailureKind, StorageFault};

use super::Name;

area! {
    Failures {
        run_too_large:
            "There is not enough memory for this run. Take fewer characters a batch, \
        fewer alphabets or a smaller network; the last checkpoint is kept.",
            "この学習にはメモリーが足りません。バッチの文字数や文字体系を減らすか、小さいネットワークを使ってください。最後のチェックポイントは残っています。";
        not_loaded: "it could not be loaded", "読み込めませんでした";
        not_loaded_why(why: &str):
            |why| format!("it could not be loaded ({why})"),
            |why| format!("読み込めませんでした（{why}）");
        stopped_why(why: &str):
            |why| format!("it stopped ({why})"),
            |why| format!("停止しました（{why}）");
        no_memory_for(wanted: Name, before: Name):
            |wanted, before| {
                format!("there is not enough memory for {wanted}, so {before} stays in use")
            },
            |wanted, before| {
                format!("{wanted}にはメモリーが足りないため、{before}を使い続けます")
            };
        no_memory:
            "there was no memory left; close other pages if it happens again",
            "メモリーが不足しました。繰り返す場合はほかのページを閉じてください";
        late: "it did not load in time", "時間内に読み込めませんでした";
        hung:
            "it hung while trying devices, so the processor is used",
            "デバイスを試している間に応答しなくなったため、CPUを使います";
        silent: "it stopped answering", "応答しなくなりました";
        given_up(why: &str):
            |why| {
                format!(
                    "The recogniser keeps failing: {why}. Try again, or choose another device. The \
                    drawing is kept."
                )
            },
            |why| {
                format!(
                    "認識エンジンを動かし続けられませんでした：{why}。もう一度試すか、別のデバイスを選んでください。描いた文字は残っています。"
                )
            };
        processor_now: " The processor is used from now on.", "これ以降はCPUを使います。";
        replaced(why: &str, instead: &str):
            |why, instead| {
                format!("The recogniser was restarted: {why}.{instead} Nothing drawn is lost.")
            },
            |why, instead| {
                format!(
                    "認識エンジンを再起動しました：{why}。{instead}描いたものは失われていません。"
                )
            };
        versions:
            "Reload the page: its recogniser is of another version. The drawing is kept.",
            "ページを読み込み直してください。認識エンジンの版がページと異なります。描いた文字は残っています。";
        stopped: "it stopped with an error", "エラーで停止しました";
        device_lost: "its device was lost", "デバイスが失われました";
        refused: "this browser refused to start it", "ブラウザーが起動を拒否しました";
        unreadable: "its message could not be read", "送られてきたメッセージを読み取れませんでした";
        not_sent: "a message could not be sent to it", "メッセージを送れませんでした";
        no_sense: "its message made no sense", "送られてきたメッセージが正しくありませんでした";
        gallery_gone:
            "the network, its device or its recogniser was changed meanwhile",
            "途中でネットワーク、デバイス、認識エンジンのいずれかが変わりました";
        detail(kind: FailureKind, message: &str):
            |_, message| message.to_owned(),
            |kind, message| known(kind).unwrap_or(message).to_owned();
        told(kind: FailureKind, message: &str):
            |_, message| message.to_owned(),
            |kind, message| {
                if let Some(known) = known(kind) {
                    return format!("{known}。");
                }
                let what = match kind {
                    FailureKind::Network => "必要なファイルを正しく取得できませんでした",
                    FailureKind::Model => "このモデルは使えません",
                    FailureKind::Device => "デバイスに障害が起きました",
                    FailureKind::Support => "このサポートセットは使えません",
                    FailureKind::Scores => "これらの文字を比べられませんでした",
                    FailureKind::Gallery => "すべての文字の比較をやり直す必要があります",
                    FailureKind::Training => "学習を実行できませんでした",
                    FailureKind::Storage(_) => "ブラウザーに保存できませんでした",
                    FailureKind::Message => {
                        "ページと認識エンジンの間の通信に問題が起きました。ページを読み込み直してください"
                    }
                };
                // The detail is the engine's own: names of tensors, files and codes.
                format!("{what}（{message}）。")
            };
    }
}

/// What stands in the way, where a person can do something about it, without a full stop.
fn known(kind: FailureKind) -> Option<&'static str> {
    let FailureKind::Storage(fault) = kind else {
        return None;
    };
    Some(match fault {
        StorageFault::Absent => "このブラウザーでは保存できません（プライベートウィンドウなど）",
        StorageFault::Insecure => {
            "このアドレスは安全な接続（https）ではないため、ブラウザーはファイルを保存しません。httpsで開いてください"
        }
        StorageFault::Blocked => {
            "Cookieがブロックされているか、プライベートウィンドウのため、このページでは何も保存できません。Cookieを許可するか、通常のウィンドウで開いてください"
        }
        StorageFault::Full => {
            "ブラウザーの保存領域がいっぱいです。モデルを削除するか、空きを増やしてください"
        }
        StorageFault::InUse => {
            "このページの別のタブが同じファイルに書き込んでいます。そのタブを閉じてください"
        }
        StorageFault::Damaged => {
            "このブラウザーに保存したファイルが壊れています。最初からやり直すか、削除してください"
        }
        StorageFault::Refused => return None,
    })
}
