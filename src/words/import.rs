//! Many characters at once: folders of pictures, and contact sheets.

use super::{Name, many};

area! {
    Import {
        title: "Add many at once", "まとめて追加";
        folder: "Add a folder", "フォルダーを追加";
        folder_how:
            "Choose a folder with a folder for each character in it. A folder's name becomes the character's, its pictures the examples. A picture outside these folders is a character by itself.",
            "文字ごとにフォルダーを分けて入れたフォルダーを選んでください。中の各フォルダーの名前が文字の名前に、その中の画像が例になります。そのようなフォルダーに入っていない画像は、それだけで一つの文字になります。";
        rows: "Rows", "行数";
        columns: "Columns", "列数";
        sheet: "Add a contact sheet", "コンタクトシートを追加";
        sheet_how:
            "A contact sheet is one picture of equal cells: a row for each character, a column for each example. Say how many rows and columns there are. Leave the fields empty where lines show it, or for Twinglyph's own sheets. Lines, margins and a slight turn do no harm.",
            "コンタクトシートは、同じ大きさのマスを並べた一枚の画像です。各行が一つの文字、各列が一つの例になります。行数と列数を入力してください。罫線で分かる場合と、Twinglyphのシートの場合は、空欄でかまいません。罫線や余白、わずかな傾きがあっても大丈夫です。";
        finding: "Looking for the cells …", "マスを探しています…";
        cells_title: "Cells of the contact sheet", "コンタクトシートのマス";
        cells_how:
            "Correct the numbers if a line goes through a drawing. Each row becomes one character, and each cell with ink an example of it.",
            "線が筆跡を横切っていたら、数を直してください。各行が一つの文字になり、筆跡のあるマスがその例になります。";
        cells_shown: "The sheet with the lines between its cells.", "マスの境の線を重ねたシート。";
        cells(rows: usize, columns: usize, inked: usize):
            |rows, columns, inked| format!("{rows} x {columns} cells, {inked} with ink"),
            |rows, columns, inked| {
                format!("{rows}行{columns}列のマス、筆跡のあるマスは{inked}個")
            };
        find_again: "Find the cells again", "マスを探し直す";
        found(rows: usize, columns: usize, inked: usize):
            |rows, columns, inked| {
                let (rows, columns) = (many(rows, "row"), many(columns, "cell"));
                format!("Found: {rows} of {columns}, {inked} with ink.")
            },
            |rows, columns, inked| {
                format!("{rows}行{columns}列のマスを見つけました。筆跡のあるマスは{inked}個です。")
            };
        unsure:
            "Check that no line goes through a drawing: the cells are not certain.",
            "線が筆跡を横切っていないか確かめてください。マスの位置は確実ではありません。";
        reading(done: usize, all: usize):
            |done, all| format!("Pictures read: {done} of {all}."),
            |done, all| format!("画像{all}枚中{done}枚を読み込みました。");
        added(count: usize, examples: usize):
            |count, examples| {
                let were = if count == 1 { "was" } else { "were" };
                let (count, examples) = (many(count, "character"), many(examples, "example"));
                format!("{count} with {examples} {were} added.")
            },
            |count, examples| format!("{count}文字（例{examples}個）を追加しました。");
        nothing: "Nothing was added.", "何も追加しませんでした。";
        refused(file: Name, error: &str):
            |file, error| format!("{file}: {error}. Your set is as it was."),
            |file, error| format!("{file}：{error}。あなたのセットは元のままです。");
        row(number: usize): |number| format!("row {number}"), |number| format!("{number}行目");
        blank_row: "there is no ink in it", "筆跡がありません";
        one(what: Name, why: &str):
            |what, why| format!("{what} ({why})"),
            |what, why| format!("{what}（{why}）");
        left_out(named: &str, more: &str):
            |named, more| format!("Left out: {named}{more}."),
            |named, more| format!("追加しなかったもの：{named}{more}。");
        and_more(count: usize):
            |count| format!(", and {count} more"),
            |count| format!("、ほか{count}件");
        files: "too many files", "ファイルが多すぎます";
        characters: "too many characters", "文字が多すぎます";
        examples: "more than 20 examples", "例が20個を超えています";
        deep: "too many folders inside each other", "フォルダーの階層が深すぎます";
        unreadable: "it can't be read", "読み込めません";
        large: "more than 16 MB", "16 MBを超えています";
        bytes: "it has more than 16 MB", "16 MBを超えています";
        pixels: "it has more than 25 million pixels", "2500万画素を超えています";
        no_number:
            "enter whole numbers, 1 or more, for rows and columns; leave a field empty where lines show it",
            "行数と列数は1以上の整数で指定してください。罫線で分かる場合は空欄でかまいません";
        many_rows: "it has more than 2,000 rows", "2,000行を超えています";
    }
}
