//! The models that are kept in this browser: use, export, import, delete.

use js_sys::Uint8Array;
use leptos::html::H2;
use leptos::prelude::*;
use twinglyph_core::foreign::cut;
use twinglyph_core::protocol::{Command, ModelReport};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlInputElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::train_page::{TrainPage, confirmed};
use crate::ui::builtin_models::USUAL_MODEL;
use crate::words::words;

/// Largest file that is taken: the engine's own limit.
const MOST_BYTES: f64 = 200.0 * 1024.0 * 1024.0;

/// Most letters of what a file says of itself.
const MOST_LETTERS: usize = 500;

/// The list.
#[component]
pub(super) fn Models() -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let rows = move || {
        page.models
            .kept
            .get()
            .into_iter()
            .map(|model| row(page, model))
            .collect_view()
    };
    let none = move || page.models.kept.with(Vec::is_empty);
    let import = move |event: leptos::ev::Event| {
        let Some(input) = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
        else {
            return;
        };
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        if file.size() > MOST_BYTES {
            page.refuse(words().train.too_large(&file.name()));
            return;
        }
        leptos::task::spawn_local(async move {
            let stem = file.name();
            let stem = stem
                .strip_suffix(".safetensors")
                .unwrap_or(&stem)
                .to_owned();
            match JsFuture::from(file.array_buffer()).await {
                Ok(buffer) => page.import(&stem, Uint8Array::new(&buffer).to_vec()),
                Err(_) => page.refuse(words().train.not_read(&stem)),
            }
            // The same file can be chosen again.
            input.set_value("");
        });
    };
    let lasts = move || match page.storage.granted.get() {
        Some(true) => words().train.lasts,
        Some(false) => words().train.may_go,
        None => "",
    };
    let reset = move |_| {
        if confirmed(words().train.delete_question) {
            for model in page.models.kept.get_untracked() {
                page.ask(Command::DeleteModel(model.name));
            }
            page.drop_run();
            page.models.use_model(USUAL_MODEL);
        }
    };
    // What is said here may be far from the button that was pressed.
    let title = NodeRef::<H2>::new();
    Effect::new(move |_| {
        let news = page.said.with(Option::is_some) || page.refused.with(Option::is_some);
        if let (true, Some(title)) = (news, title.get()) {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            title.scroll_into_view_with_scroll_into_view_options(&options);
            let focused = document().active_element();
            if focused.is_none_or(|element| element.tag_name() == "BODY") {
                // It fails only for an element that has gone.
                let _ = title.focus();
            }
        }
    });
    view! {
        <section class="models" aria-label=words().train.models>
            <h2 node_ref=title tabindex="-1">{words().train.models_here}</h2>
            <p class="facts">
                {words().train.files} <Show when=none>{words().train.none_kept} " "</Show> {lasts}
            </p>
            <p class="remark" hidden=move || page.said.with(Option::is_none) && page.deleted.with(Option::is_none)>
                <span role="status" data-testid="models-told">{move || page.said.get()}</span>
                " "
                <button
                    class="link"
                    data-testid="undelete-model"
                    hidden=move || page.deleted.with(Option::is_none)
                    on:click=move |_| page.undelete()
                >
                    {words().train.undelete}
                </button>
            </p>
            <Show when=move || page.refused.with(Option::is_some)>
                <p class="remark" role="alert" data-testid="error">{move || page.refused.get()}</p>
            </Show>
            <ul>{rows}</ul>
            <p class="run">
                <button class="button" data-testid="use-shipped" on:click=move |_| page.models.use_model(USUAL_MODEL)>
                    {words().train.use_shipped}
                </button>
                <button class="button" data-testid="export-model" on:click=move |_| page.ask(Command::ReadModel(USUAL_MODEL.to_owned()))>
                    {words().train.export_shipped}
                </button>
                <label class="button">
                    {words().train.import}
                    <input type="file" accept=".safetensors" class="visually-hidden" data-testid="import-model" on:change=import />
                </label>
                <button class="button" data-testid="reset-models" disabled=none on:click=reset>
                    {words().train.delete_all}
                </button>
            </p>
        </section>
    }
}

/// What a file says of itself, as far as a row can show it.
fn short(facts: &str) -> String {
    let mut text = String::new();
    // A text takes whatever it is given.
    let _ = cut(facts, MOST_LETTERS, &mut text);
    text
}

fn row(page: TrainPage, model: ModelReport) -> impl IntoView + use<> {
    let name = model.name.clone();
    let own = name.clone();
    let (used, exported) = (name.clone(), name.clone());
    let facts = model
        .facts
        .iter()
        .map(|(what, value)| format!("{what}: {value}"));
    let facts: Vec<String> = facts.collect();
    let facts = short(&facts.join("; "));
    let told = match model.fault() {
        Some(fault) => {
            let fault = words().train.unreadable(fault);
            view! { <span class="remark" data-testid="unreadable-model">{fault}</span> }.into_any()
        }
        None => view! {
            <span class="facts" translate="no"><bdi title=facts.clone()>{facts.clone()}</bdi></span>
        }
        .into_any(),
    };
    let uses = model.fault().is_none().then(|| {
        view! {
            <button class="link" data-testid="use-model" on:click=move |_| page.models.use_model(&used)>{words().train.use_everywhere}</button>
            <button class="link" data-testid="export-model" on:click=move |_| page.ask(Command::ReadModel(exported.clone()))>{words().train.export}</button>
        }
    });
    view! {
        <li data-testid="kept-model" data-model=own>
            <strong class="name" translate="no"><bdi title=name.clone()>{name.clone()}</bdi></strong>
            {told}
            <span class="run">
                {uses}
                <button class="link" data-testid="delete-model" on:click=move |_| page.delete(&model)>{words().train.delete}</button>
            </span>
        </li>
    }
}
