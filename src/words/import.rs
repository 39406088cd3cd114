//! Many characters at once: folders of pictures, and contact sheets.

use super::Name;

area! {
    Import {
        title,
        folder,
        folder_how,
        rows,
        columns,
        sheet,
        sheet_how,
        finding,
        cells_title,
        cells_how,
        cells_shown,
        cells(rows: usize, columns: usize, inked: usize),
        find_again,
        found(rows: usize, columns: usize, inked: usize),
        unsure,
        reading(done: usize, all: usize),
        added(count: usize, examples: usize),
        nothing,
        refused(file: Name, error: &str),
        row(number: usize),
        blank_row,
        one(what: Name, why: &str),
        left_out(named: &str, more: &str),
        and_more(count: usize),
        files,
        characters,
        examples,
        deep,
        unreadable,
        large,
        bytes,
        pixels,
        no_number,
        many_rows,
    }
}
