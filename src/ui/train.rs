//! The page `#/train`: fine-tuning, and the models that are kept.

mod both;
mod head;
mod models;
mod mosaic;
mod official;
mod run;
mod settings;
pub(super) mod train_page;

use leptos::prelude::*;

use super::style::adopt;
use crate::words::words;
use train_page::TrainPage;

/// Settings on the left, the run on the right, models below.
#[component]
pub(super) fn Train() -> impl IntoView {
    // Its figures are those of the trials.
    adopt(include_str!("../../assets/css/trials.css"));
    adopt(include_str!("../../assets/css/gallery.css"));
    adopt(include_str!("../../assets/css/train.css"));
    provide_context(TrainPage::open());
    view! {
        <head::HeadLine />
        <div class="train-page">
            <h1>{words().train.title}</h1>
            <p class="lead">
                {words().train.lead}
            </p>
            <div class="columns">
                <settings::Settings />
                <run::Run />
            </div>
            <models::Models />
        </div>
    }
}
