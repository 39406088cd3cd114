//! [`crate::words::teach`] in Japanese.

use crate::words::teach::Teach;

impl Teach {
    pub(in crate::words) const JAPANESE: Self = Self {
        no_room: "このブラウザーにはセットを保存する空きがありません。ページを離れる前にファイルとして保存してください。",
        title: "自分の文字を教える",
        lead: "文字でも記号でも、自分で作った文字でも、一つずつ例を描いてください。ネットワークは学習せずに比べるだけなので、すぐに見分けられます。同じ文字の例をもう一つ加えると、より確かになります。",
        undo_stroke: "一画戻す",
        redo_stroke: "一画やり直す",
        clear_pad: "用紙を消去する",
        name: "文字の名前（あれば）",
        names: "あ、ß、星、🌙",
        add: "文字を追加",
        hidden_pictures: "このブラウザーは画像の内容をページから隠しています（privacy.resistFingerprintingなど）。このページにcanvasデータの読み取りを許可するか、文字を描いてください",
        no_picture: "このブラウザーで読み込める画像ではありません",
        add_pictures: "画像から追加",
        pictures: "文字を書いた紙の写真か、文字の名前を付けた一文字ずつの画像を使えます。このページにドロップするか、貼り付けてもかまいません。追加する前に、文字の切り分けを確かめられます。画像がこのブラウザーの外に出ることはありません。",
        drop_here: "このページのどこにでもドロップできます。紙の写真、文字の画像、画像のフォルダー、セット（.twinset）を受け付けます。",
        dropped_link: "リンクは読み込めません。画像をファイルに保存して、そのファイルをドロップしてください。",
        dropped_text: "文章は画像ではありません。文字を描くか、文字の画像をドロップしてください。",
        one_set: "複数のセットを同時に開くことはできません。一つだけドロップしてください。",
        refused: |file, error| format!("{file}：{error}。"),
        added: |count| format!("{count}文字を追加しました。下で変更できます。"),
        not_taken: |error| format!("{error}。あなたのセットは元のままです。"),
        address_copied: "アドレスをコピーしました。セットはアドレスの中に入っており、サーバーには送られません。",
        address_below: "アドレスを下に表示しました。そこからコピーしてください。",
        address_long: |length| {
            format!(
                "このセットのアドレスは{length}文字になり、長すぎて渡せません。ファイルとして保存してください。"
            )
        },
        not_read: |file| format!("{file}を読み込めませんでした。"),
        recognise: "この文字を認識する",
        save: "ファイルに保存",
        open: "ファイルを開く",
        copy: "アドレスとしてコピー",
        anew: "最初から",
        address: "セットのアドレス",
        shelf: "あなたの文字",
        set_name: "セットの名前",
        undo: "直前の変更を取り消す",
        undo_set: "セットの直前の変更を取り消す",
        redo: "変更をやり直す",
        redo_set: "セットの変更をやり直す",
        none: "まだありません。追加した文字はここに並び、このブラウザーに保存されます。",
        take_away: "この例を取り除く",
        take_away_of: |number, name| format!("{name}の例{number}を取り除く"),
        name_of: |name| format!("{name}の名前"),
        more: "描いた文字を追加",
        more_to: |name| format!("（{name}に）"),
        up: "上へ",
        down: "下へ",
        remove: "削除",
        up_of: |name| format!("{name}を一つ上へ"),
        down_of: |name| format!("{name}を一つ下へ"),
        remove_of: |name| format!("{name}を削除"),
        blank: "まだ何も描かれていません。先に文字を描いてください。",
        classes: |most| format!("セットに入れられるのは{most}文字までです。"),
        examples: |most| format!("1文字の例は{most}個までです。先に一つ取り除いてください。"),
        long_name: "名前は60文字までです。",
        character: |number| format!("文字{number}"),
        elsewhere: "別のタブでセットが変更されたため、今の内容を表示しました。もう一度変更してください。",
        no_room_beside: "あなたのセットを別のセットと並べて残す空きがこのブラウザーにないため、何も変更していません。下にある不要なセットを削除するか、セットをファイルに保存してから文字を一つずつ削除してください。",
        own_beside: "前のセットは下に残してあります。",
        guest: "アドレスまたはファイルで渡された、ほかの人のセットを表示しています。あなたのセットはそのまま残っていて、このタブを閉じると元に戻ります。",
        home: "自分のセットに戻る",
        adopt: "自分のセットと入れ替える",
        others: "ほかに残してあるセット",
        others_how: "以前のあなたのセットと、あなたが変更したほかの人のセットです。元に戻すと、今のセットと入れ替わります。",
        other: |count| format!("{count}文字"),
        bring_back: "元に戻す",
        bring_back_of: |name| format!("{name}を元に戻す"),
        delete_of: |name| format!("{name}を削除"),
        twice: |name| {
            format!(
                "「{name}」という名前の文字が二つあり、名前では区別できません。一方の名前を変えるか、描いた例をもう一方に加えてください。"
            )
        },
    };
}
