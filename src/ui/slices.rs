//! Rows in slices: those of a long list are made, changed and removed in many short tasks, so that a set of a
//! thousand classes never holds up the pen.

use std::time::Duration;

use leptos::prelude::*;
use twinglyph_core::own::MAX_CLASSES;

use super::stores::Sources;

/// Most rows of a slice.
pub(super) const SLICE: usize = 32;

/// Rows that follow the stores at once where a ranking is awaited: all of the largest alphabet, 55.
pub(super) const FIRST: usize = 2 * SLICE;

/// The rows of a list. The first ones follow the stores at once, each other slice in a task of its own.
#[derive(Clone, Copy)]
pub(super) struct Slices {
    /// Number of rows in the document.
    pub(super) shown: RwSignal<usize>,
    sources: Sources,
    /// Rows that follow the stores at once.
    first: usize,
    walk: StoredValue<Walk>,
}

/// The way through the slices behind the first one.
struct Walk {
    /// What their rows show.
    followers: Vec<Sources>,
    /// Rows that there are to be.
    rows: usize,
    /// The last slice that caught up, from 1.
    at: usize,
    /// Slices that still have to.
    left: usize,
}

impl Slices {
    /// A list with so many rows, the `first` of which follow the stores at once. Where `stay`, rows stay that
    /// there are no more of.
    pub(super) fn new(first: usize, rows: fn(Sources) -> usize, stay: bool) -> Self {
        let sources = Sources::of_stores();
        let followers = (0..MAX_CLASSES / SLICE).map(|_| Sources::empty());
        let list = Self {
            shown: RwSignal::new(0),
            sources,
            first,
            walk: StoredValue::new(Walk {
                followers: followers.collect(),
                rows: 0,
                at: 0,
                left: 0,
            }),
        };
        Effect::new(move |_| {
            sources.support.track();
            sources.ranking.track();
            sources.editing.track();
            list.change(rows(sources), stay);
        });
        list
    }

    /// Slices behind the first rows of so many.
    fn slices(self, rows: usize) -> usize {
        rows.saturating_sub(self.first).div_ceil(SLICE)
    }

    /// Rows of so many that stay at least in one task when rows go: from the end of the list goes a slice a
    /// task, and at last all that follow at once.
    fn kept(self, shown: usize) -> usize {
        if shown > self.first {
            shown.saturating_sub(SLICE)
        } else {
            0
        }
    }

    /// What a row shows.
    pub(super) fn sources(self, row: usize) -> Sources {
        let slice = row.checked_sub(self.first).map(|row| row / SLICE);
        let follower = |walk: &Walk| walk.followers.get(slice?).copied();
        self.walk.with_value(follower).unwrap_or(self.sources)
    }

    /// There are to be so many rows, and the stores say something else than before.
    fn change(self, rows: usize, stay: bool) {
        let shown = self.shown.get_untracked();
        let rows = if stay { rows.max(shown) } else { rows };
        let first = rows.max(self.kept(shown)).min(shown.max(self.first));
        if first != shown {
            self.shown.set(first);
        }
        let mut idle = false;
        self.walk.update_value(|walk| {
            idle = walk.left == 0;
            walk.rows = rows;
            walk.left = self.slices(rows).max(usize::from(first > rows));
        });
        if idle {
            self.walk_on();
        }
    }

    /// The next slice catches up in the next task; of those that are not there yet the next one comes.
    fn walk_on(self) {
        // The list may be gone.
        let left = self.walk.try_with_value(|walk| walk.left).unwrap_or(0);
        if left > 0 {
            set_timeout(move || self.step(), Duration::ZERO);
        }
    }

    fn step(self) {
        let Some(shown) = self.shown.try_get_untracked() else {
            return;
        };
        // What is too much goes before others catch up.
        let wanted = self.walk.with_value(|walk| walk.rows);
        if wanted < shown {
            let kept = wanted.max(self.kept(shown));
            self.shown.set(kept);
            if kept == wanted {
                self.walk
                    .update_value(|walk| walk.left = self.slices(wanted));
            }
            return self.walk_on();
        }
        let mut rows = 0;
        self.walk.update_value(|walk| {
            walk.left = walk.left.saturating_sub(1);
            walk.at = (walk.at % self.slices(walk.rows).max(1) + 1).min(self.slices(shown) + 1);
            rows = walk.rows.min(self.first + walk.at * SLICE);
        });
        self.sources(rows.saturating_sub(1)).catch_up(self.sources);
        if rows > shown {
            self.shown.set(rows);
        }
        self.walk_on();
    }
}
