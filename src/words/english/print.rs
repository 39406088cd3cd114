//! [`crate::words::print`] in English.

use crate::words::print::Print;

impl Print {
    pub(in crate::words) const ENGLISH: Self = Self {
        title: "Write on paper",
        how: "Print a sheet, write one character in each box, and take a photo of the whole page. Print it at its true size (100 %). Add the photo as a picture: the characters come with their names.",
        what: "Characters",
        blank: "Empty boxes, without names",
        paper: "Paper",
        a4: "A4",
        letter: "US Letter",
        examples: "Show a small example beside each name",
        print: "Print a sheet",
        refused: |error| format!("No sheet was made: {error}."),
        nothing: "there are no characters to print",
        preparing: "The sheet is being prepared.",
        ready: |pages| match pages {
            1 => "1 page is ready to print.".to_owned(),
            _ => format!("{pages} pages are ready to print."),
        },
        writer: "Name",
        hint: "Write one character in each box with a dark pen. Then photograph the whole page with all four corners.",
    };
}
