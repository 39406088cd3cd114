//! What the person must know, whichever page is open.

use super::Name;

area! {
    Notices {
        begins,
        on_its_way(name: Name, so_far: &str),
        invented_meanwhile(error: &str),
        list_late,
        late(name: Name),
        kept_all(error: &str),
        held(name: Name, reason: &str),
        of_none,
        best(lead: &str, name: Name, similarity: f32),
        own_unread(error: &str),
        closing,
        misfit(found: usize, expected: usize),
        missing(file: Name),
        no_reading,
        network(file: Name),
        status(file: Name, status: u16),
        content(error: &str),
    }
}
