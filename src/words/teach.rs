//! The page `#/teach`: a set of one's own.

use super::{Name, many};

area! {
    Teach {
        no_room:
            "This browser has no room to keep the set. Save it as a file before you leave the page.",
            "このブラウザーにはセットを保存する空きがありません。ページを離れる前にファイルとして保存してください。";
        title: "Teach it your own characters", "自分の文字を教える";
        lead:
            "Draw one example of each character: letters, signs, runes you invent. The page recognises them at once. The network is not trained for that: it only compares. A second example of a character makes it surer.",
            "文字や記号、自分で考えた文字の例を、一つずつ描いてください。すぐに見分けられるようになります。ネットワークは学習せず、比べるだけです。同じ文字の例をもう一つ加えると、より確かになります。";
        undo_stroke: "Undo the stroke", "一画戻す";
        redo_stroke: "Redo the stroke", "一画やり直す";
        clear_pad: "Clear the pad", "用紙を消去する";
        name: "Name, if it has one", "文字の名前（あれば）";
        names: "あ, ß, star, 🌙", "あ、ß、星、🌙";
        add: "Add the character", "文字を追加";
        no_picture:
            "this is not a picture that this browser can read",
            "このブラウザーで読み込める画像ではありません";
        hidden_pictures:
            "this browser hides pictures from pages (for example by privacy.resistFingerprinting); let this page read canvas data, or draw the characters",
            "このブラウザーは画像の内容をページから隠しています（privacy.resistFingerprintingなど）。このページにcanvasデータの読み取りを許可するか、文字を描いてください";
        add_pictures: "Add from pictures", "画像から追加";
        pictures:
            "Choose a photo of your paper, or one picture of each character with its name as the file name. You can also drop or paste them here. You see how a photo is cut before anything is added. Pictures stay in this browser.",
            "文字を書いた紙の写真か、一文字ずつの画像を選んでください。画像のファイル名が文字の名前になります。このページにドロップするか、貼り付けてもかまいません。追加する前に、文字の切り分けを確かめられます。画像がこのブラウザーの外に出ることはありません。";
        drop_here:
            "Drop it anywhere on this page: photos of paper, pictures of characters, folders of pictures, or a set (.twinset).",
            "このページのどこにでもドロップできます。紙の写真、文字の画像、画像のフォルダー、セット（.twinset）を受け付けます。";
        dropped_link:
            "This link can't be read. Save the picture as a file, and drop that.",
            "このリンクは読み込めません。画像をファイルに保存して、そのファイルをドロップしてください。";
        dropped_text:
            "Text is not a picture. Draw its characters, or drop a picture of them.",
            "文章は画像ではありません。文字を描くか、文字の画像をドロップしてください。";
        refused(file: Name, error: &str):
            |file, error| format!("{file}: {error}."),
            |file, error| format!("{file}：{error}。");
        added(count: usize):
            |count| match count {
                1 => "1 character was added; change it below.".to_owned(),
                _ => format!("{count} characters were added; change them below."),
            },
            |count| format!("{count}文字を追加しました。下で変更できます。");
        not_taken(error: &str):
            |error| format!("{error}. Your set is as it was."),
            |error| format!("{error}。あなたのセットは元のままです。");
        address_long(length: usize):
            |length| {
                format!(
                    "Save this set as a file. A link to it would have {length} characters, too many to pass on."
                )
            },
            |length| {
                format!(
                    "ファイルとして保存してください。このセットのリンクは{length}文字になり、長すぎて渡せません。"
                )
            };
        code_long(bytes: usize, most: usize, characters: usize):
            |bytes, most, characters| {
                format!(
                    "This link is too long for a QR code ({bytes} instead of {most}). Leave out {}, or pass the set on as a link or a file.",
                    many(characters, "character")
                )
            },
            |bytes, most, characters| {
                format!(
                    "このリンクは{bytes}文字で、QRコードに入るのは{most}文字までです。{characters}文字分を減らすか、リンクまたはファイルで渡してください。"
                )
            };
        code_pixels(bytes: usize, most: usize, pixels: usize):
            |bytes, most, pixels| {
                format!(
                    "This link is too long for a QR code ({bytes} instead of {most}). Draw {} from pictures on the pad instead, or pass the set on as a link or a file.",
                    many(pixels, "example")
                )
            },
            |bytes, most, pixels| {
                format!(
                    "このリンクは{bytes}文字で、QRコードに入るのは{most}文字までです。画像から取り込んだ例{pixels}個が多くの場所を取っています。代わりに用紙に描くか、リンクまたはファイルで渡してください。"
                )
            };
        not_read(file: Name):
            |file| format!("{file} could not be read."),
            |file| format!("{file}を読み込めませんでした。");
        recognise: "Recognise them", "この文字を認識する";
        save: "Save as a file", "ファイルに保存";
        open: "Open a file", "ファイルを開く";
        anew: "Start a new set", "新しいセットを作る";
        shelf: "Your characters", "あなたの文字";
        set_name: "Name of the set", "セットの名前";
        undo: "Undo the last change", "直前の変更を取り消す";
        undo_set: "Undo the last change of the set", "セットの直前の変更を取り消す";
        redo: "Redo the change", "変更をやり直す";
        redo_set: "Redo the change of the set", "セットの変更をやり直す";
        none:
            "None yet. Characters that you add appear here and stay in this browser.",
            "まだありません。追加した文字はここに並び、このブラウザーに保存されます。";
        example_by(drawer: Name):
            |drawer| format!("Drawn by {drawer}"),
            |drawer| format!("{drawer}さんの字");
        example_of(number: usize, name: Name):
            |number, name| format!("Example {number} of {name}"),
            |number, name| format!("{name}の例{number}");
        delete_example(number: usize, name: Name):
            |number, name| format!("Delete example {number} of {name}"),
            |number, name| format!("{name}の例{number}を削除");
        example_deleted(number: usize, name: Name):
            |number, name| format!("Example {number} of {name} is deleted."),
            |number, name| format!("{name}の例{number}を削除しました。");
        added_one(name: Name, count: usize):
            |name, count| format!("{name} is added: {} now.", many(count, "character")),
            |name, count| format!("{name}を追加しました。全部で{count}文字です。");
        added_example(name: Name, count: usize):
            |name, count| format!("The drawing is added to {name}: {} now.", many(count, "example")),
            |name, count| format!("描いた文字を{name}に追加しました。例は{count}個です。");
        show: "Show it", "見る";
        naming: "Names in order", "名前を順番に付ける";
        naming_how(count: usize):
            |count| match count {
                1 => "1 character has no name yet.".to_owned(),
                _ => format!(
                    "{count} characters have no name yet. Write their names in order, with spaces, commas or lines between."
                ),
            },
            |count| match count {
                1 => "名前のない文字が1文字あります。".to_owned(),
                _ => format!("名前のない文字が{count}文字あります。空白、読点、改行で区切って、名前を順番に書いてください。"),
            };
        naming_example: "ka ki ku", "か き く";
        name_them: "Name them", "名前を付ける";
        named(count: usize):
            |count| match count {
                1 => "1 character got its name.".to_owned(),
                _ => format!("{count} characters got their names."),
            },
            |count| format!("{count}文字に名前を付けました。");
        names_left(count: usize):
            |count| match count {
                1 => "1 name is left: no other character is without one.".to_owned(),
                _ => format!("{count} names are left: no other character is without one."),
            },
            |count| format!("名前のない文字がほかにないため、名前が{count}個残りました。");
        one_name(name: Name): |name| format!("{name} is one name."), |name| format!("{name}を一つの名前にしました。");
        split_name(count: usize):
            |count| format!("Make it the names of {}", many(count, "character")),
            |count| format!("{count}文字の名前に分ける");
        name_of(name: Name): |name| format!("Name of {name}"), |name| format!("{name}の名前");
        more: "Add the drawing", "描いた文字を追加";
        more_to(name: Name): |name| format!(" to {name}"), |name| format!("（{name}に）");
        up: "Up", "上へ";
        down: "Down", "下へ";
        remove: "Remove", "削除";
        up_of(name: Name):
            |name| format!("{name} one place up"),
            |name| format!("{name}を一つ上へ");
        down_of(name: Name):
            |name| format!("{name} one place down"),
            |name| format!("{name}を一つ下へ");
        remove_of(name: Name): |name| format!("Remove {name}"), |name| format!("{name}を削除");
        no_room_beside:
            "This browser has no room for your set beside another one, so nothing was changed. Delete sets below that you don't need. Or save your set as a file and remove its characters one by one.",
            "あなたのセットを別のセットと並べて残す空きがないため、何も変更していません。下にある不要なセットを削除してください。または、セットをファイルに保存してから、文字を一つずつ削除してください。";
        own_beside:
            "The set that was here before is kept below.",
            "前のセットは下に残してあります。";
        guest:
            "You are looking at somebody else's set, from a link or a file. Your own set is kept, and comes back when you close this tab.",
            "リンクまたはファイルで渡された、ほかの人のセットを見ています。あなたのセットは残してあり、このタブを閉じると元に戻ります。";
        home: "Back to my set", "自分のセットに戻る";
        adopt: "Use it instead of mine", "自分のセットと入れ替える";
        came:
            "This set came from somebody else and is yours now. To use your own hand, press “Draw it myself” below.",
            "ほかの人のセットを受け取り、あなたのセットになりました。自分の字にするには、下の「自分で描いてみる」を押してください。";
        redraw: "Draw it myself", "自分で描いてみる";
        redraw_now:
            "These are the characters without drawings. Write your name at the head of the list. Draw each character and press “Add the drawing” in its row. Then share your set.",
            "描かれた例を除いた文字の一覧です。一覧の先頭に自分の名前を書き、一つずつ描いて、その行の「描いた文字を追加」を押してください。終わったら、セットを共有してください。";
        drawn_by: "Drawn by", "描いた人";
        merge: "Add to my set", "自分のセットに加える";
        merge_of(name: Name):
            |name| format!("Add {name} to my set"),
            |name| format!("{name}を自分のセットに加える");
        merged(drawer: Name, examples: usize, classes: usize):
            |drawer, examples, classes| {
                let examples = many(examples, "example");
                match classes {
                    0 => format!("{examples} by {drawer} came in."),
                    _ => format!("{examples} by {drawer} came in, with {} that you did not have.", many(classes, "character")),
                }
            },
            |drawer, examples, classes| match classes {
                0 => format!("{drawer}さんの例{examples}個を加えました。"),
                _ => format!("{drawer}さんの例{examples}個を加えました。新しい文字は{classes}個です。"),
            };
        merged_unnamed(examples: usize, classes: usize):
            |examples, classes| {
                let examples = many(examples, "example");
                match classes {
                    0 => format!("Without a drawer's name, {examples} came in."),
                    _ => format!("Without a drawer's name, {examples} came in, with {} that you did not have.", many(classes, "character")),
                }
            },
            |examples, classes| match classes {
                0 => format!("描き手の名前なしで、例{examples}個を加えました。"),
                _ => format!("描き手の名前なしで、例{examples}個を加えました。新しい文字は{classes}個です。"),
            };
        merged_known(known: usize):
            |known| match known {
                1 => "One example was there already.".to_owned(),
                _ => format!("{known} examples were there already."),
            },
            |known| format!("{known}個の例はすでにありました。");
        merged_full(count: usize):
            |count| format!("No room for {}: a character holds 100, a set 10000.", many(count, "example")),
            |count| format!("{count}個の例は入りませんでした。1文字の例は100個、セット全体では10000個までです。");
        merged_sets(sets: usize, examples: usize):
            |sets, examples| {
                format!(
                    "{} came in from {}, each with its own drawer.",
                    many(examples, "example"),
                    many(sets, "set")
                )
            },
            |sets, examples| format!("{sets}個のセットから{examples}個の例を、それぞれの描き手の名前で加えました。");
        others: "Your shelf of sets", "残してあるセットの棚";
        others_how:
            "Your earlier sets, and sets of other people that you changed. A set that you bring back changes places with your present one.",
            "以前のあなたのセットと、あなたが変更したほかの人のセットです。元に戻したセットは、今のセットと入れ替わります。";
        other(count: usize): |count| many(count, "character"), |count| format!("{count}文字");
        bring_back: "Bring it back", "元に戻す";
        bring_back_of(name: Name):
            |name| format!("Bring {name} back"),
            |name| format!("{name}を元に戻す");
        delete_of(name: Name): |name| format!("Delete {name}"), |name| format!("{name}を削除");
        alike:
            "These characters look alike to the network, so it often takes one for the other. A second example of each helps: over many trials it lowers errors from 6 to 4 %.",
            "ネットワークにはこれらの文字が似て見えるため、よく取り違えます。それぞれもう一つ例を描くと見分けやすくなります。多くの試行での誤り率は6%から4%に下がりました。";
        draw_again(name: Name):
            |name| format!("Draw {name} once more"),
            |name| format!("{name}をもう一度描く");
        draw_it(name: Name):
            |name| format!("Draw {name} once more above."),
            |name| format!("上に{name}をもう一度描いてください。");
        add_again(name: Name):
            |name| format!("Add it to {name}"),
            |name| format!("{name}に追加");
        twice(name: Name):
            |name| {
                format!(
                    "Two characters are called {name}, so their names don't tell them apart. Rename one of them, or add its drawings to the other."
                )
            },
            |name| {
                format!(
                    "「{name}」という名前の文字が二つあり、名前では区別できません。一方の名前を変えるか、描いた例をもう一方に加えてください。"
                )
            };
    }
}
