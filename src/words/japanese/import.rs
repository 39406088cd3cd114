//! [`crate::words::import`] in Japanese.

use crate::words::import::Import;

impl Import {
    pub(in crate::words) const JAPANESE: Self = Self {
        title: "まとめて追加",
        folder: "フォルダーを追加",
        folder_how: "中の各フォルダーが一つの文字になり、フォルダー名が文字の名前に、その中の画像がそれぞれ例になります。そのようなフォルダーに入っていない画像は、それだけで一つの文字になります。",
        rows: "行数",
        columns: "列数",
        sheet: "コンタクトシートを追加",
        sheet_how: "同じ大きさのマスを並べた一枚の画像です。各行が一つの文字、各列が一つの例になります。罫線や余白、わずかな傾きがあってもかまいません。行数と列数を入力してください。罫線で分かる場合と、Twinglyphのシートの場合は、空欄でかまいません。",
        finding: "マスを探しています…",
        cells_title: "コンタクトシートのマス",
        cells_how: "各行が一つの文字になり、筆跡のあるマスがその例になります。線が筆跡を横切っていたら、数を直してください。",
        cells_shown: "マスの境の線を重ねたシート。",
        cells: |rows, columns, inked| {
            format!("{rows}行{columns}列のマス、筆跡のあるマスは{inked}個")
        },
        find_again: "マスを探し直す",
        found: |rows, columns, inked| {
            format!("{rows}行{columns}列のマスを見つけました。筆跡のあるマスは{inked}個です。")
        },
        unsure: "マスの位置は確実ではありません。線が筆跡を横切っていないか確かめてください。",
        reading: |done, all| format!("画像{all}枚中{done}枚を読み込みました。"),
        added: |count, examples| format!("{count}文字（例{examples}個）を追加しました。"),
        nothing: "何も追加しませんでした。",
        refused: |file, error| format!("{file}：{error}。あなたのセットは元のままです。"),
        row: |number| format!("{number}行目"),
        blank_row: "筆跡がありません",
        one: |what, why| format!("{what}（{why}）"),
        left_out: |named, more| format!("追加しなかったもの：{named}{more}。"),
        and_more: |count| format!("、ほか{count}件"),
        files: "ファイルが多すぎます",
        characters: "文字が多すぎます",
        examples: "例が20個を超えています",
        deep: "フォルダーの階層が深すぎます",
        unreadable: "読み込めません",
        large: "16 MBを超えています",
        bytes: "16 MBを超えています",
        pixels: "2500万画素を超えています",
        no_number: "行数と列数は1以上の整数で指定してください。罫線で分かる場合は空欄でかまいません",
        many_rows: "1,000行を超えています",
    };
}
