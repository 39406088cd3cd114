//! What the person must know: what happened, what is kept, what to do; and what a screen reader
//! says of the ranking.

use leptos::prelude::*;

use super::icons::{CLEAR, Icon};
use super::stores::{AppState, SupportStore, use_store};
use crate::client::worker_client::State;
use crate::words::words;

/// The message, if there is one, and the live region.
#[component]
pub(super) fn Notices() -> impl IntoView {
    let app = use_store::<AppState>();
    let support = use_store::<SupportStore>();
    let retry = move || {
        app.engine.get() == State::Failed
            || app
                .notice
                .with(|notice| notice.as_ref().is_some_and(|notice| notice.retry))
    };
    view! {
        <Show when=move || app.notice.with(Option::is_some)>
            <div class="notice" role="alert" data-testid="error">
                <p>{move || app.notice.get().map(|notice| notice.text)}</p>
                <Show when=retry>
                    <button class="button" data-testid="retry" on:click=move |_| {
                        app.retry();
                        support.retry();
                    }>
                        {words().common.try_again}
                    </button>
                </Show>
                <button class="tool" aria-label=words().common.dismiss on:click=move |_| app.dismiss()>
                    <Icon path=CLEAR />
                </button>
            </div>
        </Show>
        <p class="visually-hidden" role="status" aria-live="polite" data-testid="spoken">
            {move || app.spoken.get()}
        </p>
    }
}
