//! [`crate::words::teach`] in English.

use super::many;
use crate::words::teach::Teach;

impl Teach {
    pub(in crate::words) const ENGLISH: Self = Self {
        no_room: "This browser has no room to keep the set. Save it as a file before you leave the page.",
        title: "Teach it your own characters",
        lead: "Draw one example of each: letters, signs, runes that you invent. They are recognised at once, as the network compares and learns nothing. A second example of a character makes it surer.",
        undo_stroke: "Undo the stroke",
        redo_stroke: "Redo the stroke",
        clear_pad: "Clear the pad",
        name: "Its name, if it has one",
        names: "あ, ß, star, 🌙",
        add: "Add the character",
        hidden_pictures: "this browser hides pictures from pages, as by privacy.resistFingerprinting; let this page read canvas data, or draw the characters",
        no_picture: "this is no picture that this browser can read",
        add_pictures: "Add from pictures",
        pictures: "A photo of your paper, or one picture of each character, named like it; dropped on this page or pasted, too. You see how it is cut before anything is added. Pictures stay in this browser.",
        drop_here: "Drop it anywhere on this page: photos of paper, pictures of characters, folders of pictures, or a set (.twinset).",
        dropped_link: "A link can't be read. Save the picture as a file, and drop that.",
        dropped_text: "Text is no picture. Draw its characters, or drop a picture of them.",
        one_set: "Several sets can't be opened at once. Drop one of them.",
        refused: |file, error| format!("{file}: {error}."),
        added: |count| match count {
            1 => "1 character was added; change it below.".to_owned(),
            _ => format!("{count} characters were added; change them below."),
        },
        not_taken: |error| format!("{error}. Your set is as it was."),
        address_copied: "The address is copied: the set is in it, and goes to no server.",
        address_below: "The address stands below; copy it from there.",
        address_long: |length| {
            format!(
                "An address of this set would have {length} characters, too many to be passed on. Save it as a file."
            )
        },
        not_read: |file| format!("{file} could not be read."),
        recognise: "Recognise them",
        save: "Save as a file",
        open: "Open a file",
        copy: "Copy as an address",
        anew: "Begin anew",
        address: "The set as an address",
        shelf: "Your characters",
        set_name: "Name of the set",
        undo: "Take the last change back",
        undo_set: "Take the last change of the set back",
        redo: "Make the change again",
        redo_set: "Make the change of the set again",
        none: "None yet. What you add stands here, and stays in this browser.",
        take_away: "Take this example away",
        take_away_of: |number, name| format!("Take example {number} of {name} away"),
        name_of: |name| format!("Name of {name}"),
        more: "Add the drawing",
        more_to: |name| format!(" to {name}"),
        up: "Up",
        down: "Down",
        remove: "Remove",
        up_of: |name| format!("{name} one place up"),
        down_of: |name| format!("{name} one place down"),
        remove_of: |name| format!("Remove {name}"),
        blank: "There is nothing drawn yet. Draw the character first.",
        classes: |most| format!("A set holds {most} characters at most."),
        examples: |most| format!("A character has {most} examples at most; take one away first."),
        long_name: "A name has 60 letters or signs at most.",
        character: |number| format!("character {number}"),
        elsewhere: "Another tab has changed the set; it is shown as it is now. Make your change again.",
        no_room_beside: "This browser has no room to keep your set beside another one, so nothing was changed. Delete sets below that you no longer need, or save your set as a file and remove its characters one by one.",
        own_beside: "The set that was here before is kept below.",
        guest: "This set came from somebody else, by an address or a file. You are only looking at it: your own set is kept, and comes back when you close this tab.",
        home: "Back to my set",
        adopt: "Use it in place of mine",
        others: "Other sets kept here",
        others_how: "Sets that you had before, and sets of other people that you changed. What you bring back changes places with your set.",
        other: |count| many(count, "character"),
        bring_back: "Bring it back",
        bring_back_of: |name| format!("Bring {name} back"),
        delete_of: |name| format!("Delete {name}"),
        twice: |name| {
            format!(
                "Two characters are called {name}, and can't be told apart by name. Give one of them another name, or add its drawings to the other."
            )
        },
    };
}
