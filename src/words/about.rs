//! The page `#/about`, and what is kept for a life without a network.

use super::Name;

area! {
    About {
        title,
        lead_before,
        lead_after,
        pad,
        how,
        how_1,
        similarity,
        how_2,
        idea_1,
        idea_2,
        shown,
        shown_1,
        shown_2,
        where_runs,
        where_runs_1,
        offline,
        offline_1,
        errs,
        errs_1,
        licences,
        licences_1,
        notices,
        version,
        newer_elsewhere,
        newer,
        use_now,
        none_kept,
        all_alphabets(of: u32),
        some_alphabets(some: u32, of: u32, rest: &str),
        kept(bytes: &str, set: &str),
        no_room,
        not_all,
        lacks(file: Name, why: &str),
        files_kept(done: u32, total: u32),
        keep_all,
    }
}
