//! [`crate::words::import`] in English.

use crate::words::import::Import;

impl Import {
    pub(in crate::words) const ENGLISH: Self = Self {
        title: "Add many at once",
        folder: "Add a folder",
        folder_how: "Each folder in it is a character, named like the folder, and each picture in that an example. A picture that lies in no such folder is a character by itself.",
        rows: "Rows",
        columns: "Columns",
        sheet: "Add a contact sheet",
        sheet_how: "One picture of equal cells without lines between them: a row a character, a column an example. Cells of 105 pixels, as Twinglyph's own, need no numbers.",
        reading: |done, all| format!("{done} of {all} pictures are read."),
        added: |count, examples| format!("{count} characters with {examples} examples were added."),
        refused: |file, error| format!("{file}: {error}. Your set is as it was."),
        row: |number| format!("row {number}"),
        blank_sheet: "there is no ink on it",
        blank_row: "there is no ink in it",
        one: |what, why| format!("{what} ({why})"),
        left_out: |named, more| format!("Left out: {named}{more}."),
        and_more: |count| format!(", and {count} more"),
        files: "too many files",
        characters: "too many characters",
        examples: "more than 20 examples",
        large: "more than 16 MB",
        bytes: "it has more than 16 MB",
        pixels: "it has more than 25 million pixels",
        unsaid: |width, height| {
            format!(
                "its {width} x {height} pixels are no cells of 105 x 105; say how many rows and columns it has"
            )
        },
        uneven: |width, height, rows, columns| {
            format!(
                "its {width} x {height} pixels can't be cut into {rows} equal rows and {columns} equal columns"
            )
        },
        small: "its cells would have less than 8 pixels",
        many_rows: "it has more than 1,000 rows",
    };
}
