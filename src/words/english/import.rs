//! [`crate::words::import`] in English.

use super::many;
use crate::words::import::Import;

impl Import {
    pub(in crate::words) const ENGLISH: Self = Self {
        title: "Add many at once",
        folder: "Add a folder",
        folder_how: "Each folder in it is a character, named like the folder, and each picture in that an example. A picture that lies in no such folder is a character by itself.",
        rows: "Rows",
        columns: "Columns",
        sheet: "Add a contact sheet",
        sheet_how: "One picture of equal cells: a row a character, a column an example. Lines, margins and a small turn do no harm. Say how many rows and columns there are; leave the fields empty where lines show it, or for Twinglyph's own sheets.",
        finding: "Looking for the cells …",
        cells_title: "Cells of the contact sheet",
        cells_how: "Each row becomes one character, and each cell with ink an example of it. Where lines go through drawings, correct the numbers.",
        cells_shown: "The sheet with the lines between its cells.",
        cells: |rows, columns, inked| format!("{rows} x {columns} cells, {inked} with ink"),
        find_again: "Find the cells again",
        found: |rows, columns, inked| {
            let (rows, columns) = (many(rows, "row"), many(columns, "cell"));
            format!("Found: {rows} of {columns}, {inked} with ink.")
        },
        unsure: "The cells are not certain: see that no line goes through a drawing.",
        reading: |done, all| format!("Pictures read: {done} of {all}."),
        added: |count, examples| {
            let were = if count == 1 { "was" } else { "were" };
            let (count, examples) = (many(count, "character"), many(examples, "example"));
            format!("{count} with {examples} {were} added.")
        },
        nothing: "Nothing was added.",
        refused: |file, error| format!("{file}: {error}. Your set is as it was."),
        row: |number| format!("row {number}"),
        blank_row: "there is no ink in it",
        one: |what, why| format!("{what} ({why})"),
        left_out: |named, more| format!("Left out: {named}{more}."),
        and_more: |count| format!(", and {count} more"),
        files: "too many files",
        characters: "too many characters",
        examples: "more than 20 examples",
        deep: "too many folders in each other",
        unreadable: "it can't be read",
        large: "more than 16 MB",
        bytes: "it has more than 16 MB",
        pixels: "it has more than 25 million pixels",
        no_number: "the numbers of rows and columns must be whole and 1 or more; leave a field empty where lines show it",
        many_rows: "it has more than 1,000 rows",
    };
}
