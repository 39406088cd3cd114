//! What is passed on as a link and as a code.

area! {
    Share {
        share: "Share …", "共有…";
        copy: "Copy the link", "リンクをコピー";
        code: "Show as a QR code", "QRコードを表示";
        code_label: "QR code of the link", "リンクのQRコード";
        code_how:
            "Point a phone's camera at it. The whole link is in the code; nothing is sent to a server.",
            "スマートフォンのカメラを向けてください。リンクの内容はすべてコードの中にあり、サーバーには何も送られません。";
        close: "Close", "閉じる";
        copied:
            "The link is copied. Everything is inside it; nothing is sent to a server.",
            "リンクをコピーしました。内容はすべてリンクの中にあり、サーバーには何も送られません。";
        below:
            "The link stands below; copy it from there.",
            "リンクを下に表示しました。そこからコピーしてください。";
        link: "Link", "リンク";
    }
}
