//! A large model on its way into this browser: how far it is, and a way to give it up.

use leptos::prelude::*;

use super::answer::bytes;
use super::stores::{ModelStore, use_store};
use crate::words::words;

/// The line, while something is fetched.
#[component]
pub(super) fn Fetching() -> impl IntoView {
    let models = use_store::<ModelStore>();
    let line = move || {
        models.fetching.get().map(|fetching| {
            let so_far = match fetching.done {
                0 => words().notice.begins.to_owned(),
                done => bytes(done, fetching.total),
            };
            words().notice.on_its_way(&fetching.name, &so_far)
        })
    };
    let part = move || {
        let fetching = models.fetching.get()?;
        (fetching.total > 0).then(|| fetching.done as f64 / fetching.total as f64)
    };
    view! {
        <Show when=move || models.fetching.with(Option::is_some)>
            <div class="fetching" data-testid="model-fetch" data-part=move || part().map(|part| format!("{part:.3}"))>
                <p>{line}</p>
                <span class="bar" style=("--similarity", move || part().unwrap_or(0.0).to_string())></span>
                <button class="button" data-testid="model-fetch-cancel" on:click=move |_| models.stop_fetching()>
                    {words().common.cancel}
                </button>
            </div>
        </Show>
    }
}
