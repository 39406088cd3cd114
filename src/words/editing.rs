//! What a change of one's own set says wherever it is made, before the page `#/teach` is there, too.

area! {
    Editing {
        blank:
            "There is nothing drawn yet. Draw the character first.",
            "まだ何も描かれていません。先に文字を描いてください。";
        classes(most: usize):
            |most| format!("A set holds {most} characters at most."),
            |most| format!("セットに入れられるのは{most}文字までです。");
        examples(most: usize):
            |most| format!("A character has {most} examples at most. Remove one first."),
            |most| format!("1文字の例は{most}個までです。先に一つ取り除いてください。");
        long_name: "A name has 60 letters or signs at most.", "名前は60文字までです。";
        character(number: usize):
            |number| format!("character {number}"),
            |number| format!("文字{number}");
        elsewhere:
            "Another tab has changed the set, and it is shown as it is now. Make your change again.",
            "別のタブでセットが変更されたため、今の内容を表示しました。もう一度変更してください。";
    }
}
