//! What more than one page says.

area! {
    Common {
        try_again: "Try again", "もう一度試す";
        dismiss: "Dismiss", "閉じる";
        cancel: "Cancel", "中止";
        close: "Close", "閉じる";
        alphabet: "Alphabet", "文字体系";
        pause: "Pause", "一時停止";
        go_on: "Go on", "再開";
        drawing: "Drawing", "描画";
        undo: "Undo", "元に戻す";
        redo: "Redo", "やり直す";
        clear: "Clear", "消去";
        comma: ", ", "、";
        sentence(text: &str): |text| format!("{text}."), |text| format!("{text}。");
        of(some: u64, all: u64):
            |some, all| format!("{some} of {all}"),
            |some, all| format!("{all}件中{some}件");
    }
}
