//! [`crate::words::review`] in English.

use super::many;
use crate::session::files::Kind;
use crate::words::Name;
use crate::words::review::Review;

impl Review {
    pub(in crate::words) const ENGLISH: Self = Self {
        title: "Characters on the photo",
        which: |file, at, all| format!("{file}, photo {at} of {all}"),
        fetching: "Fetching the reader of pictures …",
        opening: "Opening the picture …",
        reading: "Looking for characters …",
        how: "Each box becomes one character. Choose boxes, then join what belongs together, split what doesn't, or leave out what is none.",
        photo: "The photo with a box around each character. Arrow keys go from box to box, the space bar chooses.",
        found: |count| many(count, "character"),
        look: |count| format!("{count} to look at"),
        sure: "all clear",
        next: "Show the next one to look at",
        tools: "What to do with the chosen boxes",
        join: "Join",
        split: "Split",
        leave_out: "Leave out",
        bring_back: "Bring back",
        right: "It is right",
        name_of: |number| format!("Name of character {number}"),
        name_out: "Name of a character that is left out",
        unsure: "look at it",
        out: "left out",
        marked: |number, name| match name {
            Name("") => format!("Character {number}"),
            name => format!("Character {number}, {name}"),
        },
        names: "Names in order",
        names_how: "abc: one letter for each; with spaces between, one word for each.",
        give: "Name them",
        named: |count| match count {
            1 => "1 character is named.".to_owned(),
            _ => format!("{count} characters are named."),
        },
        joined: "They are one character now.",
        split_into: |count| format!("It is {count} characters now."),
        whole: "This can't be split. Write it again with a gap, or leave it out.",
        left_out: "Left out; it stays here to be brought back.",
        brought_back: "Brought back.",
        add: |count| format!("Add {}", many(count, "character")),
        skip: "Skip this photo",
        next_photo: "Next photo",
        kept: "What you changed here would be lost: cancel, or add the characters.",
        enormous: "this picture has more than 65 million pixels, too many to be opened; make it smaller, or take it again at a lower resolution",
        canvas: "this browser gives no memory for a picture of this size; close other tabs, or make the picture smaller",
        program: "the part of this app that reads pictures could not be fetched; see that you are connected, and choose the picture again",
        stopped: "reading this picture failed; choose it again, or take it anew, nearer and in even light",
        silent: "reading this picture took too long and was ended; choose it again, or make it smaller",
        lost_names: "The code at the foot of this sheet can't be read, so its characters have no names yet.",
        unread: |kind| {
            let why = match kind {
                Kind::Empty => "the file is empty",
                Kind::Heif => {
                    "this browser can't read HEIC photos; set the camera to the most compatible format, or add a screenshot of the photo"
                }
                Kind::Avif => "this browser can't read AVIF pictures; save it as PNG or JPEG",
                Kind::Tiff => {
                    "this browser can't read TIFF and raw pictures; save it as PNG or JPEG"
                }
                Kind::Pdf => "a PDF is no picture; take a screenshot of its page",
                Kind::Set => "this is a set of characters; choose it by “Open a file”",
                Kind::Archive => "this is an archive; unpack it, and add the pictures in it",
                Kind::Office => "a document is no picture; take a screenshot of its page",
                Kind::Text => "this is text, no picture",
                Kind::Picture => "this picture is damaged, or cut short; save it anew",
                Kind::Svg => "this drawing of lines can't be read; save it as PNG",
                Kind::Other => "this is no picture that this browser can read",
            };
            why.to_owned()
        },
        fault: |fault| fault.to_string(),
    };
}
