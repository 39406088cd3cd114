//! What is to be learned: each setting with a default that works and a line on what it does.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::training::{BEGINNER, Loss};
use twinglyph_core::{Architecture, Set as Part};

use super::train_page::{Phase, TrainPage};
use crate::session::custom_set::learnable;
use crate::session::library::plain_name;
use crate::session::support::OWN;
use crate::session::training::called;
use crate::ui::alphabet::groups as groups_of_alphabets;
use crate::ui::alphabet_pictures::picture;
use crate::ui::builtin_models::{model_label, offered_models};
use crate::ui::glyph::Glyph;
use crate::vectorize::outline;
use crate::words::words;
use web_sys::HtmlInputElement;

/// Checks of the first parts that can be frozen.
fn frozen() -> [(usize, &'static str); 4] {
    let words = &words().train;
    [
        (0, words.frozen_none),
        (1, words.frozen_first),
        (3, words.frozen_residual),
        (5, words.frozen_most),
    ]
}

/// The form.
#[component]
pub(super) fn Settings() -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let busy = Memo::new(move |_| {
        page.phase
            .with(|phase| matches!(phase, Phase::Waiting | Phase::Going | Phase::Paused))
    });
    let models = move || {
        let kept = page.models.kept.get();
        let kept = kept.into_iter().filter(|model| model.fault().is_none());
        let kept = kept.map(|model| (model.name.clone(), model.name));
        let shipped = offered_models().map(|stem| (stem.to_owned(), model_label(stem)));
        let beginner = (BEGINNER.to_owned(), words().train.beginner.to_owned());
        let all = std::iter::once(beginner).chain(shipped).chain(kept);
        let chosen = page.form.with_untracked(|form| form.from.clone());
        all.chain([(String::new(), words().train.fresh.to_owned())])
            .map(|(name, label)| {
                let selected = name == chosen;
                view! { <option value=name selected=selected>{label}</option> }
            })
            .collect_view()
    };
    let number = move |label: &'static str,
                       line: &'static str,
                       handle: &'static str,
                       value: Signal<String>,
                       set: Callback<f64>| {
        view! {
            <label class="setting">
                <span>{label}</span>
                <input
                    type="number"
                    step="any"
                    min="0"
                    data-testid=handle
                    prop:value=value
                    on:change=move |event| {
                        match event_target_value(&event).parse() {
                            Ok(number) => set.run(number),
                            // What is no number changes nothing, and is not shown as if it did.
                            Err(_) => {
                                let input: HtmlInputElement = event_target(&event);
                                input.set_value(&value.get_untracked());
                            }
                        }
                    }
                />
                <small>{line}</small>
            </label>
        }
        .into_any()
    };
    let text = |get: fn(&crate::session::training::Form) -> String| {
        Signal::derive(move || page.form.with(get))
    };
    let is_koch = move || {
        let from = page.form.with(|form| form.from.clone());
        !from.is_empty() && page.architecture(&from) == Architecture::Koch
    };
    view! {
        <fieldset class="settings" disabled=move || busy.get()>
            <legend class="visually-hidden">{words().train.what}</legend>
            <label class="setting">
                <span>{words().train.from}</span>
                <select
                    data-testid="finetune-from"
                    on:change=move |event| {
                        page.change(|form| form.start_from(event_target_value(&event)));
                    }
                >
                    {models}
                </select>
                <small>{words().train.from_line}</small>
            </label>
            <Show when=is_koch>
                <p class="remark" data-testid="finetune-koch">
                    {words().train.is_koch}
                </p>
            </Show>
            <Alphabets />
            <label class="setting">
                <span>{words().train.loss_kind}</span>
                <select
                    data-testid="finetune-loss-kind"
                    on:change=move |event| {
                        let pairs = event_target_value(&event) == "pairs";
                        page.change(|form| form.loss = if pairs { Loss::Pairs } else { Loss::Episode });
                    }
                >
                    <option value="episode" selected=move || page.form.with(|form| form.loss == Loss::Episode)>
                        {words().train.episodes}
                    </option>
                    <option value="pairs" selected=move || page.form.with(|form| form.loss == Loss::Pairs)>
                        {words().train.pairs}
                    </option>
                </select>
                <small>{words().train.loss_line}</small>
            </label>
            {number(
                words().train.rate,
                words().train.rate_line,
                "finetune-rate",
                text(|form| form.rate.to_string()),
                Callback::new(move |rate| page.change(|form| form.rate = rate)),
            )}
            {number(
                words().train.steps,
                words().train.steps_line,
                "finetune-steps",
                text(|form| form.steps.to_string()),
                Callback::new(move |steps: f64| page.change(|form| form.steps = steps as u32)),
            )}
            {number(
                words().train.characters,
                words().train.characters_line,
                "finetune-characters",
                text(|form| form.characters.to_string()),
                Callback::new(move |count: f64| page.change(|form| form.characters = count as usize)),
            )}
            <label class="setting">
                <span>{words().train.frozen}</span>
                <select on:change=move |event| {
                    if let Ok(frozen) = event_target_value(&event).parse() {
                        page.change(|form| form.frozen = frozen);
                    }
                }>
                    {frozen()
                        .map(|(count, label)| {
                            view! {
                                <option
                                    value=count.to_string()
                                    selected=move || page.form.with(|form| form.frozen == count)
                                >
                                    {label}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
                <small>{words().train.frozen_line}</small>
            </label>
            <label class="setting check">
                <input
                    type="checkbox"
                    prop:checked=move || page.form.with(|form| form.distorted)
                    on:change=move |event| {
                        page.change(|form| form.distorted = event_target_checked(&event));
                    }
                />
                <span>{words().train.distort}</span>
                <small>{words().train.distort_line}</small>
            </label>
        </fieldset>
    }
}

/// The alphabets to learn from, with pictures.
#[component]
fn Alphabets() -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let chosen = move || {
        let list = |names: &[String]| {
            let names: Vec<String> = names.iter().map(|name| called(name)).collect();
            names.join(words().common.comma)
        };
        page.form.with(|form| {
            let learned = match form.alphabets.as_slice() {
                [] => words().train.none_chosen.to_owned(),
                names => list(names),
            };
            match form.held_out() {
                [] => words().train.nothing_held(&learned),
                same if same == form.alphabets => words().train.half_held(&learned),
                others => words().train.held(&learned, &list(others)),
            }
        })
    };
    let is_evaluation = move || {
        page.alphabets.library.with(|library| {
            page.form.with(|form| {
                let listed = form.alphabets.iter().filter_map(|name| library.get(name));
                listed.into_iter().any(|one| one.set == Part::Evaluation)
            })
        })
    };
    let open = RwSignal::new(false);
    let groups = move || {
        groups_of_alphabets()
            .into_iter()
            .map(|(set, title, _)| {
                let listings = page
                    .alphabets
                    .library
                    .with(|library| library.of(set).cloned().collect::<Vec<_>>());
                let items = listings
                    .into_iter()
                    .map(|listing| {
                        let [name, own, held, holding] = [(); 4].map(|()| listing.name.clone());
                        let label = plain_name(&name);
                        view! {
                            <li class="school-alphabet">
                                <label class="alphabet-item">
                                    {picture(page.alphabets, &listing)}
                                    <span class="name">{label}</span>
                                    <input
                                        type="checkbox"
                                        data-alphabet=name.clone()
                                        prop:checked=move || {
                                            page.form.with(|form| form.alphabets.contains(&own))
                                        }
                                        on:change=move |event| {
                                            let wanted = event_target_checked(&event);
                                            page.change(|form| form.learn(&name, wanted));
                                        }
                                    />
                                </label>
                                <label class="hold-out">
                                    <input
                                        type="checkbox"
                                        data-held-out=held.clone()
                                        prop:checked=move || {
                                            page.form.with(|form| form.held_out().contains(&held))
                                        }
                                        on:change=move |event| {
                                            let wanted = event_target_checked(&event);
                                            page.change(|form| form.hold_out(&holding, wanted));
                                        }
                                    />
                                    <span>{words().train.hold_out}</span>
                                </label>
                            </li>
                        }
                    })
                    .collect_view();
                view! {
                    <h3>{title}</h3>
                    <ul class="alphabets">{items}</ul>
                }
            })
            .collect_view()
    };
    // Its boxes stand with the others', so not before them.
    let own = Memo::new(move |_| {
        let listed = page
            .alphabets
            .library
            .with(|library| !library.listings().is_empty());
        listed && page.own.has_own()
    });
    view! {
        <div class="setting">
            <span>{words().train.alphabets}</span>
            <details
                data-testid="finetune-alphabets"
                on:toggle=move |event| {
                    open.set(event_target::<web_sys::Element>(&event).has_attribute("open"));
                }
            >
                <summary>{chosen}</summary>
                <Show when=move || open.get() && own.get()><Own /></Show>
                <Show when=move || open.get()>{groups}</Show>
            </details>
            <small>
                {words().train.alphabets_line}
            </small>
            <Show when=is_evaluation>
                <p class="remark" data-testid="finetune-warning">
                    {words().train.unfair}
                </p>
            </Show>
        </div>
    }
}

/// The person's own characters among the alphabets.
#[component]
fn Own() -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let takes = move |part: usize| page.form.with(|form| form.takes_own()[part]);
    let examples = move || {
        let editing = page.own.editing;
        editing.with(|editing| words().common.sentence(&learnable(editing.set())))
    };
    let picture = Signal::derive(move || {
        page.own.editing.with(|editing| {
            let mut examples = editing.set().classes.iter().flat_map(|one| one.drawings());
            let first = examples.next().map(outline).unwrap_or_default();
            Arc::<str>::from(first)
        })
    });
    view! {
        <h3>{words().alphabet.yours}</h3>
        <ul class="alphabets">
            <li class="school-alphabet">
                <label class="alphabet-item">
                    <span class="picture">
                        <Glyph outline=picture />
                    </span>
                    <span class="name">{called(OWN)}</span>
                    <input
                        type="checkbox"
                        data-alphabet=OWN
                        prop:checked=move || takes(0)
                        on:change=move |event| {
                            let wanted = event_target_checked(&event);
                            page.change(|form| form.learn(OWN, wanted));
                        }
                    />
                </label>
                <label class="hold-out">
                    <input
                        type="checkbox"
                        data-held-out=OWN
                        prop:checked=move || takes(1)
                        on:change=move |event| {
                            let wanted = event_target_checked(&event);
                            page.change(|form| form.hold_out(OWN, wanted));
                        }
                    />
                    <span>{words().train.hold_out}</span>
                </label>
            </li>
        </ul>
        <small data-testid="finetune-own">{examples}</small>
    }
}
