//! [`crate::words::failures`] in Japanese.

use twinglyph_core::protocol::{FailureKind, StorageFault};

use crate::words::failures::Failures;

/// What stands in the way, where a person can do something about it, without a full stop.
fn known(kind: FailureKind) -> Option<&'static str> {
    let FailureKind::Storage(fault) = kind else {
        return None;
    };
    Some(match fault {
        StorageFault::Absent => "このブラウザーでは保存できません（プライベートウィンドウなど）",
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

impl Failures {
    pub(in crate::words) const JAPANESE: Self = Self {
        run_too_large: "この学習にはメモリーが足りません。バッチの文字数や文字体系を減らすか、小さいネットワークを使ってください。最後のチェックポイントは残っています。",
        not_loaded: "読み込めませんでした",
        not_loaded_why: |why| format!("読み込めませんでした（{why}）"),
        stopped_why: |why| format!("停止しました（{why}）"),
        no_memory_for: |wanted, before| {
            format!("{wanted}にはメモリーが足りないため、{before}を使い続けます")
        },
        no_memory: "メモリーが不足しました。繰り返す場合はほかのページを閉じてください",
        late: "時間内に読み込めませんでした",
        hung: "デバイスを試している間に応答しなくなったため、CPUを使います",
        silent: "応答しなくなりました",
        given_up: |why| {
            format!(
                "認識エンジンを動かし続けられませんでした：{why}。描いた文字は残っています。もう一度試すか、別のデバイスを選んでください。"
            )
        },
        processor_now: "これ以降はCPUを使います。",
        replaced: |why, instead| {
            format!(
                "認識エンジンを起動し直しました：{why}。{instead}描いたものは失われていません。"
            )
        },
        versions: "ページと認識エンジンの版が異なります。ページを読み込み直してください。描いた文字は残っています。",
        stopped: "エラーで停止しました",
        device_lost: "デバイスが失われました",
        refused: "ブラウザーが起動を拒否しました",
        unreadable: "送られてきたメッセージを読み取れませんでした",
        not_sent: "メッセージを送れませんでした",
        no_sense: "送られてきたメッセージが正しくありませんでした",
        shelf_gone: "途中でネットワーク、デバイス、ワーカーのいずれかが変わりました",
        detail: |kind, message| known(kind).unwrap_or(message).to_owned(),
        told: |kind, message| {
            if let Some(known) = known(kind) {
                return format!("{known}。");
            }
            let what = match kind {
                FailureKind::Network => "ファイルを取得できませんでした。接続を確認してください",
                FailureKind::Model => "このモデルは使えません",
                FailureKind::Device => "デバイスに障害が起きました",
                FailureKind::Support => "このサポートセットは使えません",
                FailureKind::Scores => "これらの文字を比べられませんでした",
                FailureKind::Shelf => "すべての文字の比較をやり直す必要があります",
                FailureKind::Training => "学習を実行できませんでした",
                FailureKind::Storage(_) => "ブラウザーに保存できませんでした",
                FailureKind::Message => {
                    "ページと認識エンジンの間の通信に問題が起きました。ページを読み込み直してください"
                }
            };
            // The detail is the engine's own: names of tensors, files and codes.
            format!("{what}（{message}）。")
        },
    };
}
