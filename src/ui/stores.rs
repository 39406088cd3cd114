//! The page's state: what all pages share, and a store a page or purpose.
//!
//! A store joins the plain parts of [`crate::session`] with the worker's updates. Components take the stores
//! that they need ([`use_store`]), read their signals and call their methods; no component and no other
//! store changes a store's signals.
//!
//! Stores hold copies of each other's handles. Their constructors are not inlined: copied field by field,
//! those take 10 kB of the module.

mod alphabets;
mod app;
mod custom_set;
mod draw;
mod faults;
mod gallery;
mod inspection;
mod map;
mod models;
mod pending;
mod scores;
mod sources;
mod support;
mod train;
mod updates;

pub(crate) use alphabets::AlphabetStore;
pub(crate) use app::{AppState, Loading};
pub(crate) use custom_set::CustomSetStore;
pub(crate) use draw::DrawStore;
pub(crate) use gallery::GalleryStore;
pub(crate) use inspection::InspectionStore;
pub(crate) use map::MapStore;
pub(crate) use models::ModelStore;
pub(crate) use scores::ScoreStore;
pub(crate) use sources::Sources;
pub(crate) use support::{Shown, SupportStore};
pub(crate) use train::{TrainObserver, TrainStore};

use leptos::prelude::*;
use twinglyph_core::protocol::Command;

use self::faults::Faults;
use super::persistence;
use crate::client::Client;
use crate::client::worker_client::Kind;

/// What a component can take by [`use_store`].
pub(crate) trait Store {
    fn of(stores: &Stores) -> Self;
}

macro_rules! stores {
    ($($field:ident: $store:ident),* $(,)?) => {
        /// All of them: one context, as a context of each type's own takes room in the module.
        #[derive(Clone, Copy)]
        pub(crate) struct Stores {
            $($field: $store,)*
        }

        $(impl Store for $store {
            fn of(stores: &Stores) -> Self {
                stores.$field
            }
        })*
    };
}

stores! {
    app: AppState,
    alphabets: AlphabetStore,
    draw: DrawStore,
    inspection: InspectionStore,
    map: MapStore,
    models: ModelStore,
    own: CustomSetStore,
    scores: ScoreStore,
    gallery: GalleryStore,
    support: SupportStore,
    train: TrainStore,
}

/// The store that a component needs.
pub(crate) fn use_store<T: Store>() -> T {
    T::of(&all())
}

#[inline(never)]
fn all() -> Stores {
    expect_context()
}

/// Makes the state and the stores as they were left, with a worker that starts, for every component below.
pub(crate) fn open() {
    let settings = persistence::settings();
    let chosen = settings.model.clone();
    let app = AppState::new(settings);
    let faults = Faults::new(app);
    let (models, model) = ModelStore::new(app, chosen);
    let draw = DrawStore::new(app, faults);
    let map = MapStore::new(app);
    let own = CustomSetStore::new(app);
    let alphabets = AlphabetStore::new(app, own);
    let support = SupportStore::new(app, alphabets, own, draw, map);
    own.set_follower(support);
    let stores = Stores {
        app,
        alphabets,
        draw,
        inspection: InspectionStore::new(app),
        map,
        models,
        own,
        scores: ScoreStore::new(app, faults),
        gallery: GalleryStore::new(app),
        support,
        train: TrainStore::new(app, faults),
    };
    provide_context(stores);

    own.find();
    let preference = app.preference.get_untracked();
    let client = Client::new(model, preference, move |update| stores.hear(update));
    app.connect(client.clone());
    client.start();
    client.ask(Kind::Models, 0, Command::ListModels);
    support.find_alphabets();
    Effect::new(move |_| {
        app.choice.track();
        app.pen.track();
        app.theme.track();
        app.keep_settings();
    });
}
