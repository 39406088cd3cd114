//! [`crate::words::common`] in Japanese.

use crate::words::common::Common;

impl Common {
    pub(in crate::words) const JAPANESE: Self = Self {
        try_again: "もう一度試す",
        dismiss: "閉じる",
        cancel: "中止",
        close: "閉じる",
        alphabet: "文字体系",
        pause: "一時停止",
        go_on: "再開",
        drawing: "描画",
        undo: "元に戻す",
        redo: "やり直す",
        clear: "消去",
        comma: "、",
        sentence: |text| format!("{text}。"),
        of: |some, all| format!("{all}件中{some}件"),
    };
}
