//! A desk that follows another one later: what rows out of reach of a task show.

use std::sync::Arc;

use leptos::prelude::*;

use super::Desk;
use crate::session::teach::Teaching;

impl Desk {
    /// The same desk, whose support set, ranking, map and own set stay empty until [`Desk::catch_up`].
    pub(crate) fn follower(self) -> Self {
        Self {
            support: RwSignal::new(None),
            ranking: RwSignal::new(None),
            map: RwSignal::new(None),
            teaching: RwSignal::new(Teaching::default()),
            ..self
        }
    }

    /// Takes over what another desk shows; nothing happens where this one is not shown any more.
    pub(crate) fn catch_up(self, ahead: Self) {
        let support = ahead.support.get_untracked();
        let address = |of: &Option<_>| of.as_ref().map(Arc::as_ptr);
        if self.support.try_with_untracked(address) != Some(address(&support)) {
            self.support.try_set(support);
        }
        let ranking = ahead.ranking.get_untracked();
        if self.ranking.try_with_untracked(|mine| *mine == ranking) != Some(true) {
            self.ranking.try_set(ranking);
        }
        let map = ahead.map.get_untracked();
        let address = |of: &Option<_>| of.as_ref().map(Arc::as_ptr);
        if self.map.try_with_untracked(address) != Some(address(&map)) {
            self.map.try_set(map);
        }
        let teaching = ahead.teaching.get_untracked();
        let same = |mine: &Teaching| Arc::ptr_eq(mine.set(), teaching.set());
        if self.teaching.try_with_untracked(same) != Some(true) {
            self.teaching.try_set(teaching);
        }
    }
}
