//! The characters on a photo, looked over before they are added.

use twinglyph_paper::message::Fault;

use crate::session::files::Kind;

use super::import::Import;
use super::refusals::Refusals;
use super::{Name, many};

area! {
    Review {
        title: "Characters on the photo", "写真の中の文字";
        which(file: Name, at: usize, all: usize):
            |file, at, all| format!("{file}, photo {at} of {all}"),
            |file, at, all| format!("{file}（{all}枚中{at}枚目）");
        fetching:
            "Fetching the program that reads pictures …",
            "画像を読み取るプログラムを取得しています…";
        opening: "Opening the picture …", "画像を開いています…";
        reading: "Looking for characters …", "文字を探しています…";
        how:
            "Each box becomes one character. Choose boxes, then join the parts of a character, split characters that touch, or leave out what isn't one.",
            "枠の一つ一つが1文字になります。枠を選んで、一つの文字なら結合し、別々の文字なら分割し、文字でないものは除いてください。";
        photo:
            "The photo with a box around each character. Arrow keys go from box to box, the space bar chooses.",
            "写真の文字を枠で囲んで示しています。矢印キーで枠を移動し、スペースキーで選べます。";
        found(count: usize): |count| many(count, "character"), |count| format!("{count}文字");
        look(count: usize):
            |count| format!("{count} to check"),
            |count| format!("要確認{count}文字");
        sure: "all checked", "すべて確認済み";
        next: "Show the next one to check", "次の要確認の文字を表示";
        tools: "What to do with the chosen boxes", "選んだ枠の操作";
        join: "Join", "結合";
        split: "Split", "分割";
        leave_out: "Leave out", "除く";
        bring_back: "Bring back", "元に戻す";
        right: "This is right", "これで正しい";
        name_of(number: usize):
            |number| format!("Name of character {number}"),
            |number| format!("文字{number}の名前");
        name_out: "Name of a character that is left out", "除いた文字の名前";
        unsure: "check it", "要確認";
        out: "left out", "除外";
        marked(number: usize, name: Name):
            |number, name| match name {
                Name("") => format!("Character {number}"),
                name => format!("Character {number}, {name}"),
            },
            |number, name| match name {
                Name("") => format!("文字{number}"),
                name => format!("文字{number}、{name}"),
            };
        names: "Names in order", "順番に名前を付ける";
        names_how:
            "Type abc for one letter each, or words with spaces between them for one word each.",
            "「あいう」のように1文字ずつ、または空白で区切って1語ずつ入力します。";
        give: "Name them", "名前を付ける";
        named(count: usize):
            |count| match count {
                1 => "1 character is named.".to_owned(),
                _ => format!("{count} characters are named."),
            },
            |count| format!("{count}文字に名前を付けました。");
        joined: "They are one character now.", "一つの文字にしました。";
        split_into(count: usize):
            |count| format!("It is {count} characters now."),
            |count| format!("{count}文字に分けました。");
        whole:
            "This can't be split. Write it again with a gap, or leave it out.",
            "分割できません。間をあけて書き直すか、除いてください。";
        left_out: "Left out. You can bring it back here.", "除きました。ここから元に戻せます。";
        brought_back: "Brought back.", "元に戻しました。";
        add(count: usize):
            |count| format!("Add {}", many(count, "character")),
            |count| format!("{count}文字を追加");
        skip: "Skip this photo", "この写真を飛ばす";
        next_photo: "Next photo", "次の写真";
        kept:
            "Add the characters, or cancel: closing now would lose your changes.",
            "文字を追加するか、中止してください。今閉じると、ここでの変更が失われます。";
        enormous:
            "this picture has more than 65 million pixels, too many to open; make it smaller, or take it again at a lower resolution",
            "この画像は6500万画素を超えているため開けません。縮小するか、低い解像度で撮り直してください";
        canvas:
            "this browser has not enough memory for a picture of this size; close other tabs, or make the picture smaller",
            "この大きさの画像を扱うメモリーが足りません。ほかのタブを閉じるか、画像を縮小してください";
        program:
            "the part of this app that reads pictures could not be fetched; check the connection, and choose the picture again",
            "画像を読み取るプログラムを取得できませんでした。接続を確かめて、画像をもう一度選んでください";
        stopped:
            "reading this picture failed; choose it again, or take a new one from nearer, in even light",
            "画像の読み取りに失敗しました。もう一度選ぶか、近くから均一な光の下で撮り直してください";
        silent:
            "reading this picture took too long and was stopped; choose it again, or make it smaller",
            "画像の読み取りに時間がかかりすぎたため中止しました。もう一度選ぶか、画像を縮小してください";
        lost_names:
            "The code at the foot of this sheet can't be read, so its characters have no names yet.",
            "用紙のコードを読み取れないため、文字にまだ名前がありません。";
        unread(kind: Kind):
            |kind| {
                let why = match kind {
                    Kind::Empty => "the file is empty",
                    Kind::Heif => {
                        "this browser can't read HEIC photos; set the camera to the most compatible format, or add a screenshot of the photo"
                    }
                    Kind::Avif => "this browser can't read AVIF pictures; save it as PNG or JPEG",
                    Kind::Tiff => {
                        "this browser can't read TIFF and raw pictures; save it as PNG or JPEG"
                    }
                    Kind::Pdf => "a PDF is not a picture; take a screenshot of its page",
                    Kind::Set => "this is a set of characters; choose it by “Open a file”",
                    Kind::Archive => "this is an archive; unpack it, and add the pictures in it",
                    Kind::Office => "a document is not a picture; take a screenshot of its page",
                    Kind::Text => "this is text, not a picture",
                    Kind::Picture => "this picture is damaged, or cut short; save it again",
                    Kind::Svg => "this SVG drawing can't be read; save it as PNG",
                    Kind::Other => "this is not a picture that this browser can read",
                };
                why.to_owned()
            },
            |kind| {
                let why = match kind {
                    Kind::Empty => "ファイルが空です",
                    Kind::Heif => {
                        "このブラウザーはHEICの写真を読み込めません。カメラの形式を「互換性優先」にするか、写真のスクリーンショットを追加してください"
                    }
                    Kind::Avif => {
                        "このブラウザーはAVIFの画像を読み込めません。PNGかJPEGで保存してください"
                    }
                    Kind::Tiff => {
                        "このブラウザーはTIFFやRAWの画像を読み込めません。PNGかJPEGで保存してください"
                    }
                    Kind::Pdf => "PDFは画像ではありません。ページのスクリーンショットを撮ってください",
                    Kind::Set => "これは文字セットです。「ファイルを開く」から選んでください",
                    Kind::Archive => "これは圧縮ファイルです。展開して、中の画像を追加してください",
                    Kind::Office => {
                        "文書は画像ではありません。ページのスクリーンショットを撮ってください"
                    }
                    Kind::Text => "これは画像ではなく、文章です",
                    Kind::Picture => "この画像は壊れているか、途中で切れています。保存し直してください",
                    Kind::Svg => "このSVGの図は読み込めません。PNGで保存してください",
                    Kind::Other => "このブラウザーで読み込める画像ではありません",
                };
                why.to_owned()
            };
        fault(fault: &Fault):
            |fault| fault.to_string(),
            |fault| match fault {
                Fault::Empty => "用紙のマスに何も書かれていません".to_owned(),
                Fault::Scan(error) => Refusals::JAPANESE.scan(error),
                Fault::Contact(error) => Refusals::JAPANESE.contact(error),
                Fault::Rows => Import::JAPANESE.many_rows.to_owned(),
                Fault::Lost => "その画像はもうありません。もう一度読み込んでください".to_owned(),
            };
    }
}
