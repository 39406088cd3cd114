//! What the rows of long lists show: those out of reach of a task follow the stores later.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::protocol::EmbeddingMap;

use super::{CustomSetStore, DrawStore, MapStore, Shown, SupportStore, use_store};
use crate::session::custom_set_editor::CustomSetEditor;
use crate::session::ranking::Ranking;

/// The signals that rows read: the stores', or others that take over what those say.
#[derive(Clone, Copy)]
pub(crate) struct Sources {
    /// The support set.
    pub(crate) support: RwSignal<Option<Arc<Shown>>>,
    /// The ranking.
    pub(crate) ranking: RwSignal<Option<Ranking>>,
    /// The map of the embeddings.
    pub(crate) map: RwSignal<Option<Arc<EmbeddingMap>>>,
    /// The person's own set.
    pub(crate) editing: RwSignal<CustomSetEditor>,
}

impl Sources {
    /// The stores'.
    pub(crate) fn of_stores() -> Self {
        Self {
            support: use_store::<SupportStore>().shown,
            ranking: use_store::<DrawStore>().ranking,
            map: use_store::<MapStore>().map,
            editing: use_store::<CustomSetStore>().editing,
        }
    }

    /// Others, that stay empty until [`Sources::catch_up`].
    pub(crate) fn empty() -> Self {
        Self {
            support: RwSignal::new(None),
            ranking: RwSignal::new(None),
            map: RwSignal::new(None),
            editing: RwSignal::new(CustomSetEditor::default()),
        }
    }

    /// Takes over what others say; nothing happens where these are not shown any more.
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
        let editing = ahead.editing.get_untracked();
        let same = |mine: &CustomSetEditor| Arc::ptr_eq(mine.set(), editing.set());
        if self.editing.try_with_untracked(same) != Some(true) {
            self.editing.try_set(editing);
        }
    }
}
