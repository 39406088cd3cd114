//! Many characters at once: folders of pictures, and contact sheets.

use super::{Name, many};

area! {
    Import {
        title: "Add many at once", "まとめて追加";
        folder: "Add a folder", "フォルダーを追加";
        folder_how:
            "Each folder in it is a character, named like the folder, and each picture in that an example. A picture that lies in no such folder is a character by itself.",
            "中の各フォルダーが一つの文字になり、フォルダー名が文字の名前に、その中の画像がそれぞれ例になります。そのようなフォルダーに入っていない画像は、それだけで一つの文字になります。";
        rows: "Rows", "行数";
        columns: "Columns", "列数";
        sheet: "Add a contact sheet", "コンタクトシートを追加";
        sheet_how:
            "One picture of equal cells: a row a character, a column an example. Lines, margins and a small turn do no harm. Say how many rows and columns there are; leave the fields empty where lines show it, or for Twinglyph's own sheets.",
            "同じ大きさのマスを並べた一枚の画像です。各行が一つの文字、各列が一つの例になります。罫線や余白、わずかな傾きがあってもかまいません。行数と列数を入力してください。罫線で分かる場合と、Twinglyphのシートの場合は、空欄でかまいません。";
        finding: "Looking for the cells …", "マスを探しています…";
        cells_title: "Cells of the contact sheet", "コンタクトシートのマス";
        cells_how:
            "Each row becomes one character, and each cell with ink an example of it. Where lines go through drawings, correct the numbers.",
            "各行が一つの文字になり、筆跡のあるマスがその例になります。線が筆跡を横切っていたら、数を直してください。";
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
            "The cells are not certain: see that no line goes through a drawing.",
            "マスの位置は確実ではありません。線が筆跡を横切っていないか確かめてください。";
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
        deep: "too many folders in each other", "フォルダーの階層が深すぎます";
        unreadable: "it can't be read", "読み込めません";
        large: "more than 16 MB", "16 MBを超えています";
        bytes: "it has more than 16 MB", "16 MBを超えています";
        pixels: "it has more than 25 million pixels", "2500万画素を超えています";
        no_number:
            "the numbers of rows and columns must be whole and 1 or more; leave a field empty where lines show it",
            "行数と列数は1以上の整数で指定してください。罫線で分かる場合は空欄でかまいません";
        many_rows: "it has more than 1,000 rows", "1,000行を超えています";
    }
}
