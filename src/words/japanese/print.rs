//! [`crate::words::print`] in Japanese.

use crate::words::print::Print;

impl Print {
    pub(in crate::words) const JAPANESE: Self = Self {
        title: "紙に書く",
        how: "記入用紙を印刷し、各マスに一文字ずつ書いて、用紙全体を写真に撮ってください。印刷は実際のサイズ（100 %）で行います。写真を画像として追加すると、文字が名前つきで取り込まれます。",
        what: "文字",
        blank: "名前のない空のマス",
        paper: "用紙",
        a4: "A4判",
        letter: "USレター判",
        examples: "名前の横に小さな例を表示する",
        print: "用紙を印刷",
        refused: |error| format!("用紙を作れませんでした：{error}。"),
        nothing: "印刷する文字がありません",
        preparing: "用紙を準備しています。",
        ready: |pages| format!("{pages}ページを印刷できます。"),
        writer: "名前",
        hint: "各マスに一文字ずつ、濃いペンで書き、四隅が入るように用紙全体を写真に撮ってください。",
    };
}
