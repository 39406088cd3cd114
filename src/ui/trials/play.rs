//! A trial on the screen: the query above, the choice below, and who was right.

use std::sync::Arc;

use leptos::ev::{self, KeyboardEvent};
use leptos::html::{Button, Select, Ul};
use leptos::prelude::*;
use twinglyph_core::Set as Part;
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement};

use super::ending::{show_ending, today};
use super::game::{Game, Phase};
use crate::session::library::plain_name;
use crate::session::play::{Earlier, Named, SESSION, Source, Spec, WAYS};
use crate::session::sheet::Sheet;
use crate::ui::field::is_elsewhere;
use crate::ui::glyph::Glyph;
use crate::ui::icons::{CLEAR, Icon, UNDO};
use crate::ui::pad::Pad;
use crate::ui::select::keep_value;
use crate::words::words;

/// Close calls among the sets on offer.
const HARD: &str = "hard";

/// The choices, and the trial.
#[component]
pub(super) fn Play() -> impl IntoView {
    let game = expect_context::<Game>();
    let lack = Memo::new(move |_| game.lack());
    let told = move || {
        game.told
            .get()
            .into_iter()
            .map(|text| view! { <p class="remark">{text}</p> })
            .collect_view()
    };
    view! {
        <section class="play" aria-label=words().trials.trial>
            <Settings />
            <div role="status" data-testid="trial-told">
                {told}
            </div>
            <p class="remark" role="status" data-testid="trial-lack" hidden=move || lack.with(Option::is_none)>
                {move || lack.get()} " " <a href="#/teach">{words().own.teach_more}</a>
            </p>
            <div class="trial" hidden=move || lack.with(Option::is_some)>
                <Asked />
                <Choice />
            </div>
        </section>
    }
}

/// What is played.
#[component]
fn Settings() -> impl IntoView {
    let game = expect_context::<Game>();
    let spec = move || game.session.with(|session| session.spec.clone());
    let source = NodeRef::<Select>::new();
    let names = Memo::new(move |_| {
        let set = game.session.with(|session| session.spec.set);
        game.alphabets.library.with(|library| {
            library
                .of(set)
                .map(|listing| listing.name.clone())
                .collect::<Vec<_>>()
        })
    });
    keep_value(
        source,
        move || match spec().source {
            Source::Any => "*any".to_owned(),
            Source::Mixed => "*mixed".to_owned(),
            Source::One(name) => name,
        },
        move || names.with(|_| ()),
    );
    let choose_source = move |event| {
        let value = event_target_value::<leptos::ev::Event>(&event);
        game.play(|spec| {
            spec.source = match value.as_str() {
                "*any" => Source::Any,
                "*mixed" => Source::Mixed,
                _ => Source::One(value),
            };
        });
    };
    let sets = [
        (Part::Evaluation, words().trials.evaluation),
        (Part::Background, words().trials.background),
        (Part::Invented, words().trials.invented),
        (Part::Own, words().trials.own),
    ];
    let own = move || spec().set == Part::Own;
    let hard = move || spec().hard;
    let set = NodeRef::<Select>::new();
    let chosen_set = move || match spec() {
        Spec { hard: true, .. } => HARD.to_owned(),
        Spec { set, .. } => set.as_str().to_owned(),
    };
    keep_value(set, chosen_set, || {});
    let choose_set = move |event| {
        let value = event_target_value::<leptos::ev::Event>(&event);
        if value == HARD {
            game.play(|spec| *spec = Spec::hard(spec.seed));
        } else if let Some((chosen, _)) = sets.iter().find(|(set, _)| set.as_str() == value) {
            game.play(|spec| {
                spec.hard = false;
                spec.set = *chosen;
                if matches!(spec.source, Source::One(_)) || *chosen == Part::Own {
                    spec.source = Source::Any;
                }
            });
        }
    };
    let ways = NodeRef::<Select>::new();
    keep_value(ways, move || spec().ways.to_string(), || {});
    let choose_ways = move |event| {
        if let Ok(ways) = event_target_value::<leptos::ev::Event>(&event).parse() {
            game.play(|spec| spec.ways = ways);
        }
    };
    let options = move || {
        names.with(|names| {
            names
                .iter()
                .map(|name| view! { <option value=name.clone()>{plain_name(name)}</option> })
                .collect_view()
        })
    };
    view! {
        <div class="play-settings">
            <label>
                <span class="visually-hidden">{words().trials.set}</span>
                <select node_ref=set data-testid="trial-set" on:change=choose_set>
                    {sets
                        .map(|(set, name)| view! { <option value=set.as_str()>{name}</option> })
                        .collect_view()}
                    <option value=HARD>{words().trials.hard}</option>
                </select>
            </label>
            <label hidden=move || own() || hard()>
                <span class="visually-hidden">{words().common.alphabet}</span>
                <select node_ref=source data-testid="trial-alphabet" on:change=choose_source>
                    <option value="*any">{words().trials.any}</option>
                    <option value="*mixed">{words().trials.mixed}</option>
                    <optgroup label=words().trials.within>{options}</optgroup>
                </select>
            </label>
            <label hidden=hard>
                <span class="visually-hidden">{words().trials.ways}</span>
                <select node_ref=ways data-testid="trial-ways" on:change=choose_ways>
                    {WAYS
                        .map(|ways| {
                            view! { <option value=ways.to_string()>{words().trials.among(ways)}</option> }
                        })
                        .collect_view()}
                </select>
            </label>
            <label class="check" hidden=hard>
                <input
                    type="checkbox"
                    data-testid="trial-drawn"
                    prop:checked=move || spec().drawn
                    on:change=move |event| game.play(|spec| spec.drawn = event_target_checked(&event))
                />
                {words().trials.from_memory}
            </label>
            <span class="grow"></span>
            <span class="facts" data-testid="trial-number">
                {move || words().trials.number(game.session.with(|session| session.number + 1), SESSION)}
            </span>
            <button
                class="link"
                data-testid="trial-today"
                aria-pressed=move || (spec() == Spec::of_day(today())).to_string()
                title=words().trials.today_line
                on:click=move |_| game.play_day(today())
            >
                {words().trials.today}
            </button>
            <button
                class="link"
                data-testid="trial-earlier"
                hidden=move || game.earlier.with(Earlier::is_empty)
                on:click=move |_| game.go_back()
            >
                {words().trials.earlier}
            </button>
            <button class="link" data-testid="trial-session" on:click=move |_| game.play(|_| {})>
                {words().trials.new_session}
            </button>
        </div>
    }
}

/// The query, or the pad where it is drawn, and below it the result.
#[component]
fn Asked() -> impl IntoView {
    let game = expect_context::<Game>();
    let asked = Signal::derive(move || {
        game.round
            .with(|round| round.as_ref().map(|round| round.asked.clone()))
            .unwrap_or_else(|| Arc::from(""))
    });
    let is_drawn = Memo::new(move |_| game.session.with(|session| session.spec.drawn));
    // A trial that was answered before shows its character in the place of the drawing.
    let pads = Memo::new(move |_| {
        is_drawn.get()
            && (game.phase.get() == Phase::Draw
                || game.phase.get() == Phase::Answered && !game.paper.sheet.with(Sheet::is_blank))
    });
    let caption = move || match (game.phase.get(), is_drawn.get()) {
        (Phase::Loading, _) => words().trials.fetching,
        (Phase::Look, _) => words().trials.look,
        (Phase::Draw, _) => words().trials.draw,
        (Phase::Ask, _) => words().trials.which,
        (Phase::Answered, true) => words().trials.drew,
        (Phase::Answered, false) => words().trials.was_asked,
    };
    view! {
        <div class="asked">
            <Show
                when=move || pads.get()
                fallback=move || {
                    view! {
                        <div class="query" data-testid="trial-query" role="img" aria-label=words().trials.asked_for>
                            <Glyph outline=asked />
                        </div>
                    }
                }
            >
                <div class="query" data-testid="trial-query">
                    <Pad paper=game.paper handle="trial-pad" />
                </div>
            </Show>
            <p class="caption">{caption}</p>
            <Show when=move || game.phase.get() == Phase::Draw>
                <div class="tools">
                    <button
                        class="tool"
                        aria-label=words().common.undo
                        disabled=move || !game.paper.sheet.with(Sheet::can_undo)
                        on:click=move |_| game.paper.undo()
                    >
                        <Icon path=UNDO />
                    </button>
                    <button class="tool" aria-label=words().common.clear on:click=move |_| game.paper.clear()>
                        <Icon path=CLEAR />
                    </button>
                    <button
                        class="button"
                        data-testid="trial-done"
                        disabled=move || game.paper.sheet.with(Sheet::is_blank)
                        on:click=move |_| game.drawn()
                    >
                        {words().trials.that_is_it}
                    </button>
                </div>
            </Show>
            <Outcome />
        </div>
    }
}

/// Who was right.
#[component]
fn Outcome() -> impl IntoView {
    let game = expect_context::<Game>();
    let next = NodeRef::<Button>::new();
    let over = Memo::new(move |_| {
        game.phase.get() == Phase::Answered
            && (game.verdict.with(Option::is_some)
                || game
                    .session
                    .with(|session| session.answer(session.number).is_some()))
    });
    // The keyboard goes on from here.
    Effect::new(move |_| {
        if over.get()
            && let Some(button) = next.get()
        {
            // It fails only for an element that has gone.
            let _ = button.focus();
        }
    });
    let answer = move || {
        game.session
            .with(|session| session.answer(session.number).cloned())
    };
    let right = |right: bool| if right { "right" } else { "wrong" };
    let person = move || answer().and_then(|answer| answer.person_right()).map(right);
    let network = move || answer().map(|answer| right(answer.network_right()));
    let sentence = move || {
        answer().map(|answer| {
            let name = game.own.called(&answer.right);
            let network = if answer.network_right() {
                words().trials.network_right(answer.similarity)
            } else {
                words()
                    .trials
                    .network_wrong(&game.own.called(&answer.network), answer.similarity)
            };
            match answer.person_right() {
                Some(true) => words().trials.both(&name, &network),
                Some(false) => words().trials.wrong(&name, &network),
                None => words().trials.was(&name, &network),
            }
        })
    };
    let last = move || game.session.with(|session| session.next().is_none());
    view! {
        <div
            class="outcome"
            role="status"
            data-testid="trial-result"
            data-person=person
            data-network=network
            data-answer=move || answer().map(|answer| answer.right.id())
            data-network-choice=move || answer().map(|answer| answer.network.id())
        >
            <p>
                {move || match game.phase.get() {
                    Phase::Answered => {
                        sentence().unwrap_or_else(|| words().trials.still_looking.to_owned())
                    }
                    _ => String::new(),
                }}
            </p>
            <Show when=move || over.get()>
                <button
                    class="button"
                    node_ref=next
                    data-testid="trial-next"
                    on:click=move |_| if last() { show_ending() } else { game.go_on() }
                >
                    {move || if last() { words().trials.see_ending } else { words().trials.next }}
                </button>
            </Show>
        </div>
    }
}

/// The key that chooses a cell: a letter for each of the first 26.
fn key_of(at: usize) -> Option<char> {
    ('a'..='z').nth(at)
}

/// The grid of examples. Tab reaches one of its cells; arrow keys move from there, letters choose.
#[component]
fn Choice() -> impl IntoView {
    let game = expect_context::<Game>();
    let list = NodeRef::<Ul>::new();
    let buttons = move || -> Vec<HtmlElement> {
        let found = list
            .get_untracked()
            .and_then(|list| list.query_selector_all("button").ok());
        found.map_or_else(Vec::new, |found| {
            (0..found.length())
                .filter_map(|at| found.get(at)?.dyn_into().ok())
                .collect()
        })
    };
    // The cell that Tab reaches.
    let reached = RwSignal::new(0);
    // The cells stay from trial to trial: signals keep what read them once, also when it is gone
    // (reactive_graph 0.2), so what is made anew for each trial would be noted for ever.
    let count = Memo::new(move |_| {
        game.round
            .with(|round| round.as_ref().map_or(0, |round| round.support.len()))
    });
    Effect::new(move |_| {
        if count.get() <= reached.get_untracked() {
            reached.set(0);
        }
    });
    // The button that leads to the next trial goes, and the focus with it: the choices take it.
    let was_answered = StoredValue::new(false);
    Effect::new(move |_| match game.phase.get() {
        Phase::Answered => was_answered.set_value(true),
        Phase::Ask if was_answered.get_value() => {
            was_answered.set_value(false);
            let focused = document().active_element();
            let is_lost = focused.is_none_or(|element| element.tag_name() == "BODY");
            if let (true, Some(button)) = (is_lost, buttons().get(reached.get_untracked())) {
                let options = FocusOptions::new();
                options.set_prevent_scroll(true);
                // It fails only for an element that has gone.
                let _ = button.focus_with_options(&options);
            }
        }
        _ => {}
    });
    let pressed = window_event_listener(ev::keydown, move |event| {
        let is_anothers = event.ctrl_key()
            || event.alt_key()
            || event.meta_key()
            || event.repeat()
            || is_elsewhere(&event);
        let key = event.key().to_ascii_lowercase();
        let chosen = (0..count.get_untracked())
            .find(|&at| key_of(at).is_some_and(|letter| key == letter.to_string()));
        if let (false, Some(at)) = (is_anothers, chosen) {
            game.pick(at);
        }
    });
    on_cleanup(move || pressed.remove());
    let keys = move |event: KeyboardEvent| {
        // With these a key is the browser's: Alt and left go back.
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let buttons = buttons();
        let focused = document().active_element();
        let Some(at) = buttons
            .iter()
            .position(|button| focused.as_ref() == Some(button.as_ref()))
        else {
            return;
        };
        let row = buttons[0].offset_top();
        let columns = buttons
            .iter()
            .take_while(|button| button.offset_top() == row)
            .count();
        let to = match event.key().as_str() {
            "ArrowLeft" => at.checked_sub(1),
            "ArrowRight" => Some(at + 1),
            "ArrowUp" => at.checked_sub(columns),
            "ArrowDown" => Some(at + columns),
            "Home" => Some(0),
            "End" => Some(buttons.len() - 1),
            _ => return,
        };
        event.prevent_default();
        if let Some(button) = to.and_then(|to| buttons.get(to)) {
            // It fails only for an element that has gone.
            let _ = button.focus();
        }
    };
    view! {
        <ul
            class="cells choice"
            node_ref=list
            data-ways=move || game.session.with(|session| session.spec.ways.to_string())
            data-phase=move || match game.phase.get() {
                Phase::Ask => "ask",
                Phase::Answered => "answered",
                _ => "wait",
            }
            aria-label=words().trials.keys
            on:keydown=keys
        >
            <For each=move || 0..count.get() key=|at| *at children=move |at| view! { <Cell at reached /> } />
        </ul>
    }
}

/// One example; `reached` is the one that Tab reaches.
#[component]
fn Cell(at: usize, reached: RwSignal<usize>) -> impl IntoView {
    let game = expect_context::<Game>();
    let answered = move || game.phase.get() == Phase::Answered;
    let similarity = move || {
        let shown = answered();
        game.verdict
            .with(|verdict| verdict.as_ref()?.similarity.get(at).copied())
            .filter(|_| shown)
    };
    let is_right = move || {
        game.round
            .with(|round| round.as_ref().is_some_and(|round| round.answer == at))
    };
    let is_person = move || game.picked.get() == Some(at);
    let is_network = move || {
        game.verdict
            .with(|verdict| verdict.as_ref().is_some_and(|one| one.choice == at))
    };
    // Short: a cell of a phone holds about twelve letters.
    let tags = move || {
        if !answered() {
            return String::new();
        }
        let names: Vec<&str> = [
            (words().trials.you, is_person()),
            (words().trials.network, is_network()),
        ]
        .into_iter()
        .filter_map(|(name, is_so)| is_so.then_some(name))
        .collect();
        let sign = if is_right() { "✓ " } else { "" };
        format!("{sign}{}", names.join(words().common.comma))
    };
    let id = move || {
        game.round
            .with(|round| round.as_ref()?.support.get(at).map(Named::id))
    };
    let name = words().trials.choice(at + 1);
    let label = move || match similarity() {
        Some(similarity) => {
            let right = if is_right() {
                words().trials.the_right_one
            } else {
                ""
            };
            words()
                .trials
                .choice_similar(&name, similarity, right, &tags())
        }
        None => name.clone(),
    };
    let outline = Signal::derive(move || {
        game.round.with(|round| {
            let outline = round.as_ref().and_then(|round| round.outlines.get(at));
            outline.cloned().unwrap_or_else(|| Arc::from(""))
        })
    });
    view! {
        <li>
            <button
                class="cell"
                class:compared=move || similarity().is_some()
                class:right=move || answered() && is_right()
                class:own=move || answered() && is_person()
                data-testid="trial-choice"
                data-character=id
                data-similarity=move || similarity().map(|one| format!("{one:.6}"))
                aria-label=label
                aria-disabled=move || (game.phase.get() != Phase::Ask).to_string()
                aria-keyshortcuts=key_of(at).map(String::from)
                tabindex=move || if reached.get() == at { "0" } else { "-1" }
                on:focus=move |_| reached.set(at)
                style=("--similarity", move || format!("{:.4}", similarity().unwrap_or(0.0)))
                on:click=move |_| game.pick(at)
            >
                <Glyph outline />
                <span class="foot" aria-hidden="true">
                    <span class="key">{key_of(at).map(String::from)}</span>
                    <span class="tags">{tags}</span>
                    <span class="bar"></span>
                </span>
            </button>
        </li>
    }
}
