//! [`crate::words::review`] in Japanese.

use twinglyph_paper::message::Fault;

use crate::session::files::Kind;
use crate::words::Name;
use crate::words::import::Import;
use crate::words::refusals::Refusals;
use crate::words::review::Review;

impl Review {
    pub(in crate::words) const JAPANESE: Self = Self {
        title: "写真の中の文字",
        which: |file, at, all| format!("{file}（{all}枚中{at}枚目）"),
        fetching: "画像を読み取るプログラムを取得しています…",
        opening: "画像を開いています…",
        reading: "文字を探しています…",
        how: "枠の一つ一つが1文字になります。枠を選んで、一つの文字なら結合し、別々の文字なら分割し、文字でないものは除いてください。",
        photo: "写真の文字を枠で囲んで示しています。矢印キーで枠を移動し、スペースキーで選べます。",
        found: |count| format!("{count}文字"),
        look: |count| format!("要確認{count}文字"),
        sure: "すべて確認済み",
        next: "次の要確認の文字を表示",
        tools: "選んだ枠の操作",
        join: "結合",
        split: "分割",
        leave_out: "除く",
        bring_back: "元に戻す",
        right: "これで正しい",
        name_of: |number| format!("文字{number}の名前"),
        name_out: "除いた文字の名前",
        unsure: "要確認",
        out: "除外",
        marked: |number, name| match name {
            Name("") => format!("文字{number}"),
            name => format!("文字{number}、{name}"),
        },
        names: "順番に名前を付ける",
        names_how: "「あいう」のように1文字ずつ、または空白で区切って1語ずつ入力します。",
        give: "名前を付ける",
        named: |count| format!("{count}文字に名前を付けました。"),
        joined: "一つの文字にしました。",
        split_into: |count| format!("{count}文字に分けました。"),
        whole: "この文字は分割できません。間をあけて書き直すか、除いてください。",
        left_out: "除きました。ここから元に戻せます。",
        brought_back: "元に戻しました。",
        add: |count| format!("{count}文字を追加"),
        skip: "この写真を飛ばす",
        next_photo: "次の写真",
        kept: "ここでの変更が失われます。中止するか、文字を追加してください。",
        enormous: "この画像は6500万画素を超えているため開けません。縮小するか、低い解像度で撮り直してください",
        canvas: "この大きさの画像を扱うメモリーをブラウザーから得られません。ほかのタブを閉じるか、画像を縮小してください",
        program: "画像を読み取るプログラムを取得できませんでした。接続を確かめて、画像をもう一度選んでください",
        stopped: "画像の読み取りに失敗しました。もう一度選ぶか、近くから均一な光の下で撮り直してください",
        silent: "画像の読み取りに時間がかかりすぎたため中止しました。もう一度選ぶか、画像を縮小してください",
        lost_names: "用紙のコードを読み取れないため、文字に名前がありません。",
        unread: |kind| {
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
                Kind::Svg => "この線画は読み込めません。PNGで保存してください",
                Kind::Other => "このブラウザーで読み込める画像ではありません",
            };
            why.to_owned()
        },
        fault: |fault| match fault {
            Fault::Empty => "用紙のマスに何も書かれていません".to_owned(),
            Fault::Scan(error) => Refusals::JAPANESE.scan(error),
            Fault::Contact(error) => Refusals::JAPANESE.contact(error),
            Fault::Rows => Import::JAPANESE.many_rows.to_owned(),
            Fault::Lost => "その画像はもうありません。もう一度読み込んでください".to_owned(),
        },
    };
}
