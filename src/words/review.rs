//! The characters on a photo, looked over before they are added.

use twinglyph_paper::message::Fault;

use crate::session::files::Kind;
use super::Name;

area! {
    Review {
        title,
        which(file: Name, at: usize, all: usize),
        fetching,
        opening,
        reading,
        how,
        photo,
        found(count: usize),
        look(count: usize),
        sure,
        next,
        tools,
        join,
        split,
        leave_out,
        bring_back,
        right,
        name_of(number: usize),
        name_out,
        unsure,
        out,
        marked(number: usize, name: Name),
        names,
        names_how,
        give,
        named(count: usize),
        joined,
        split_into(count: usize),
        whole,
        left_out,
        brought_back,
        add(count: usize),
        skip,
        next_photo,
        kept,
        enormous,
        canvas,
        program,
        stopped,
        silent,
        lost_names,
        unread(kind: Kind),
        fault(fault: &Fault),
    }
}
