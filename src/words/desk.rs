//! What the person must know, whichever page is open.

area! {
    Notices {
        begins,
        on_its_way(name: &str, so_far: &str),
        invented_meanwhile(error: &str),
        list_late,
        late(name: &str),
        kept_all(error: &str),
        held(name: &str, reason: &str),
        of_none,
        best(before: &str, name: &str, similarity: f32),
        own_unread(error: &str),
        closing,
        misfit(found: usize, expected: usize),
        missing(file: &str),
        no_reading,
        network(file: &str),
        status(file: &str, status: u16),
        content(error: &str),
    }
}
