//! Sheets to print, on `#/teach`.

area! {
    Print {
        title: "Write on paper", "紙に書く";
        how:
            "Print a sheet at its true size (100 %), write one character in each box, and take a photo of the whole page. Choose it with “Add from pictures”: the characters come with their names.",
            "記入用紙を実際のサイズ（100%）で印刷し、各マスに一文字ずつ書いて、用紙全体を写真に撮ってください。その写真を「画像から追加」で選ぶと、文字が名前つきで取り込まれます。";
        what: "Characters", "文字";
        blank: "Empty boxes, without names", "名前のない空のマス";
        paper: "Paper", "用紙";
        a4: "A4", "A4判";
        letter: "US Letter", "USレター判";
        examples: "Show a small example beside each name", "名前の横に小さな例を表示する";
        print: "Print a sheet", "用紙を印刷";
        refused(error: &str):
            |error| format!("No sheet was made: {error}."),
            |error| format!("用紙を作れませんでした：{error}。");
        nothing: "there are no characters to print", "印刷する文字がありません";
        preparing: "The sheet is being prepared.", "用紙を準備しています。";
        ready(pages: usize):
            |pages| match pages {
                1 => "1 page is ready to print.".to_owned(),
                _ => format!("{pages} pages are ready to print."),
            },
            |pages| format!("{pages}ページを印刷できます。");
        writer: "Name", "名前";
        hint:
            "Write one character in each box with a dark pen. Then photograph the whole page with all four corners.",
            "各マスに一文字ずつ、濃いペンで書き、四隅が入るように用紙全体を写真に撮ってください。";
    }
}
