//! Rows in slices: those of a long list are made, and changed, in many short tasks, so that a set of a
//! thousand classes never holds up the pen.

use leptos::prelude::*;
use twinglyph_core::own::MAX_CLASSES;

use super::desk::Desk;

/// Most rows of a slice: all of the largest alphabet, 55, are in the first.
const SLICE: usize = 64;

/// The rows of a list. The first slice follows the desk at once, each other one before a picture of the
/// screen of its own.
#[derive(Clone, Copy)]
pub(super) struct Slices {
    /// Number of rows in the document.
    pub(super) shown: RwSignal<usize>,
    desk: Desk,
    walk: StoredValue<Walk>,
}

/// The way through the slices behind the first one.
struct Walk {
    /// What their rows show.
    followers: Vec<Desk>,
    /// Rows that there are to be.
    rows: usize,
    /// The last slice that caught up.
    at: usize,
    /// Slices that still have to.
    left: usize,
}

impl Slices {
    /// A list with so many rows of a desk. Where `stay`, rows stay that there are no more of.
    pub(super) fn new(desk: Desk, rows: fn(Desk) -> usize, stay: bool) -> Self {
        let followers = (1..MAX_CLASSES.div_ceil(SLICE)).map(|_| desk.follower());
        let list = Self {
            shown: RwSignal::new(0),
            desk,
            walk: StoredValue::new(Walk {
                followers: followers.collect(),
                rows: 0,
                at: 0,
                left: 0,
            }),
        };
        Effect::new(move |_| {
            desk.support.track();
            desk.ranking.track();
            desk.teaching.track();
            list.change(rows(desk), stay);
        });
        list
    }

    /// What a row shows.
    pub(super) fn desk(self, row: usize) -> Desk {
        let follower = |walk: &Walk| walk.followers.get((row / SLICE).checked_sub(1)?).copied();
        self.walk.with_value(follower).unwrap_or(self.desk)
    }

    /// There are to be so many rows, and the desk says something else than before.
    fn change(self, rows: usize, stay: bool) {
        let shown = self.shown.get_untracked();
        let rows = if stay { rows.max(shown) } else { rows };
        let first = rows.min(shown.max(SLICE));
        if first != shown {
            self.shown.set(first);
        }
        let mut idle = false;
        self.walk.update_value(|walk| {
            idle = walk.left == 0;
            walk.rows = rows;
            walk.left = rows.saturating_sub(1) / SLICE;
        });
        if idle {
            self.walk_on();
        }
    }

    /// The next slice catches up before the next picture; of those that are not there yet the next one comes.
    fn walk_on(self) {
        // The list may be gone.
        let left = self.walk.try_with_value(|walk| walk.left).unwrap_or(0);
        if left > 0 {
            request_animation_frame(move || self.step());
        }
    }

    fn step(self) {
        let Some(shown) = self.shown.try_get_untracked() else {
            return;
        };
        let mut rows = 0;
        self.walk.update_value(|walk| {
            walk.left = walk.left.saturating_sub(1);
            let last = walk.rows.saturating_sub(1) / SLICE;
            walk.at = (walk.at % last.max(1) + 1).min(shown / SLICE);
            rows = walk.rows.min((walk.at + 1) * SLICE);
        });
        self.desk(rows.saturating_sub(1)).catch_up(self.desk);
        if rows > shown {
            self.shown.set(rows);
        }
        self.walk_on();
    }
}
