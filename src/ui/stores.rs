//! The page's state: what all pages share, and a store a page or purpose.
//!
//! A store joins the plain parts of [`crate::session`] with the worker's news. Components take the stores that
//! they need from the context, read their signals and call their methods; no component and no other store
//! changes a store's signals.

mod alphabets;
mod app;
mod draw;
mod faults;
mod inspection;
mod map;
mod models;
mod news;
mod own;
mod pending;
mod scores;
mod shelf;
mod sources;
mod support;
mod train;

pub(crate) use alphabets::AlphabetStore;
pub(crate) use app::{AppState, Loading};
pub(crate) use draw::DrawStore;
pub(crate) use inspection::InspectionStore;
pub(crate) use map::MapStore;
pub(crate) use models::ModelStore;
pub(crate) use own::OwnStore;
pub(crate) use scores::ScoreStore;
pub(crate) use shelf::ShelfStore;
pub(crate) use sources::Sources;
pub(crate) use support::{Shown, SupportStore};
pub(crate) use train::{TrainObserver, TrainStore};

use leptos::prelude::*;
use twinglyph_core::protocol::Command;

use self::faults::Faults;
use self::news::Listeners;
use super::persistence;
use crate::client::Client;

/// Makes the state and the stores as they were left, with a worker that starts, for every component below.
pub(crate) fn open() {
    let settings = persistence::settings();
    let (choice, pen) = (settings.choice.clone(), settings.pen);
    let chosen = settings.model.clone();
    let app = AppState::new(settings);
    let faults = Faults::new(app);
    let (models, model) = ModelStore::new(app, chosen);
    let draw = DrawStore::new(app, faults, pen);
    let map = MapStore::new(app);
    // The own set speaks to a support set that is made around it.
    let follower = StoredValue::new(None::<SupportStore>);
    let own = OwnStore::new(app, move || {
        if let Some(support) = follower.get_value() {
            support.follow_own();
        }
    });
    let alphabets = AlphabetStore::new(app, own);
    let support = SupportStore::new(app, alphabets, own, draw, map, choice);
    follower.set_value(Some(support));
    let listeners = Listeners {
        app,
        models,
        support,
        inspection: InspectionStore::new(app),
        scores: ScoreStore::new(app, faults),
        shelf: ShelfStore::new(app),
        train: TrainStore::new(app, faults),
    };
    provide_context(app);
    provide_context(models);
    provide_context(draw);
    provide_context(map);
    provide_context(own);
    provide_context(alphabets);
    provide_context(support);
    provide_context(listeners.inspection);
    provide_context(listeners.scores);
    provide_context(listeners.shelf);
    provide_context(listeners.train);

    own.find();
    let preference = app.preference.get_untracked();
    let client = Client::new(model, preference, move |news| listeners.hear(news));
    app.connect(client.clone());
    client.start();
    client.ask_models(Command::ListModels);
    support.find_alphabets();
    Effect::new(move |_| {
        let (choice, pen) = (support.choice.get(), draw.paper.pen.get());
        let theme = app.theme.get();
        app.keep(|settings| {
            settings.choice = choice;
            settings.pen = pen;
            settings.theme = theme;
        });
    });
}
