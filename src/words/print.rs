//! Sheets to print, on `#/teach`.

area! {
    Print {
        title,
        how,
        what,
        blank,
        paper,
        a4,
        letter,
        examples,
        print,
        refused(error: &str),
        nothing,
        preparing,
        ready(pages: usize),
        writer,
        hint,
    }
}
