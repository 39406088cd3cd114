//! A drawing to be shown to somebody: its link, its pictures, and what comes of opening a link.

use super::{Name, many};

area! {
    Drawing {
        title: "Show it to somebody", "ほかの人に見せる";
        lead:
            "A link opens this drawing against this support set. Saved pictures have the five best matches beside it.",
            "リンクを開くと、この文字が同じサポートセットと比べられます。保存する画像には、上位五つの候補も入ります。";
        png: "Save as PNG", "PNGで保存";
        svg: "Save as SVG that replays", "書く様子を再生するSVGで保存";
        svg_still: "Save as SVG", "SVGで保存";
        based:
            "It has your strokes, simplified by at most 1.5 of the sheet's 105 pixels. So similarities may differ a little there.",
            "リンクには、用紙105画素のうち1.5画素以内の誤差で簡略化した線が入ります。そのため、開いた先では類似度が少し変わることがあります。";
        blank:
            "Nothing is drawn yet. Draw on the pad first.",
            "まだ何も描かれていません。先に用紙に描いてください。";
        is_example:
            "A link needs strokes, and the example on the pad is a picture. Draw something to get a link.",
            "リンクには線の情報が必要ですが、用紙にあるお手本は画像です。文字を描くとリンクを作れます。";
        many_points:
            "This drawing is too long for a link. Draw it with fewer or shorter lines, or save it as a picture.",
            "線が長すぎるため、リンクを作れません。線を減らすか短くするか、画像として保存してください。";
        long(bytes: usize):
            |bytes| {
                format!(
                    "With its support set the link would have {bytes} characters, more than many programs pass on. Save the drawing as a picture, or remove examples from your set."
                )
            },
            |bytes| {
                format!(
                    "サポートセットを含めるとリンクが{bytes}文字になり、多くのアプリでは送れません。画像として保存するか、自分の文字の例を減らしてください。"
                )
            };
        code_long(bytes: usize, most: usize):
            |bytes, most| {
                format!(
                    "This link is too long for a QR code ({bytes} instead of {most}). Leave out some of your set, or copy the link."
                )
            },
            |bytes, most| {
                format!(
                    "このリンクは{bytes}文字で、QRコードに入るのは{most}文字までです。自分の文字を減らすか、リンクをコピーしてください。"
                )
            };
        cut:
            "The link to a drawing is not whole: part of it is missing, or was changed. Ask for it once more. Nothing here has changed.",
            "描いた文字へのリンクの一部が欠けているか、変更されています。もう一度送ってもらってください。ここにあるものは元のままです。";
        against_nothing:
            "The link to a drawing doesn't say which characters to compare it with. Ask for it once more. Nothing here has changed.",
            "描いた文字へのリンクから、比べる文字が分かりません。もう一度送ってもらってください。ここにあるものは元のままです。";
        no_set(error: &str):
            |error| {
                format!("The link to a drawing can't be opened: {error}. Nothing here has changed.")
            },
            |error| {
                format!("描いた文字へのリンクを開けません：{error}。ここにあるものは元のままです。")
            };
        no_alphabet(name: Name):
            |name| {
                format!(
                    "The drawing of the link is compared with {name}, which is not on this page. Load the page again, then open the link once more."
                )
            },
            |name| {
                format!(
                    "リンクの文字は{name}と比べるものですが、このページにはありません。ページを読み込み直してから、もう一度リンクを開いてください。"
                )
            };
        unknown(value: Name, name: Name, all: &str):
            |value, name, all| {
                format!(
                    "The address asks for the {name} \"{value}\", with which this page can't begin. It goes on with the usual one; in an address there can be {all}."
                )
            },
            |value, name, all| {
                format!(
                    "アドレスの{name}に「{value}」がありますが、使えません。いつもの設定で続けます。アドレスに書けるのは{all}です。"
                )
            };
        opened:
            "The drawing came with a link. Undo brings back what was on the pad.",
            "この文字はリンクから開きました。「元に戻す」で、用紙は前の状態に戻ります。";
        set_of(name: Name, count: usize):
            |name, count| format!("Support set: {name}, {}", many(count, "character")),
            |name, count| format!("サポートセット：{name}、{count}文字");
        network_of(name: Name):
            |name| format!("Network: {name}"),
            |name| format!("ネットワーク：{name}");
        picture_of(name: Name, similarity: f32):
            |name, similarity| format!("A drawing. Best match: {name}, {similarity:.2} similar"),
            |name, similarity| format!("描いた文字。最も似た文字：{name}、類似度{similarity:.2}");
    }
}
