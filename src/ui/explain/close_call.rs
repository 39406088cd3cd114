//! Two close candidates side by side with the drawing, and what decides between them.
//!
//! Asks the leader once the drawing rests, and only while it can be seen.

use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;
use twinglyph_core::Bitmap;

use crate::session::close_call::CloseCall as Decided;
use crate::session::heatmap::Heatmap;
use crate::ui::Route;
use crate::ui::pause::pause;
use crate::ui::seen::Seen;
use crate::ui::stores::{AppState, DrawStore, InspectionStore, SupportStore, use_store};
use crate::words::words;

/// A drawing rests when its ranking has not changed for so many milliseconds.
const REST: i32 = 300;

/// What is asked about.
#[derive(Clone, Debug, PartialEq)]
struct Question {
    drawing: Bitmap,
    /// The best candidate, and the next.
    candidates: [Candidate; 2],
}

/// A class that the drawing may be.
#[derive(Clone, Debug, PartialEq)]
struct Candidate {
    name: Arc<str>,
    example: Bitmap,
}

/// The three pictures; nothing where one candidate is clear of the others.
#[component]
pub(super) fn CloseCall() -> impl IntoView {
    let app = use_store::<AppState>();
    let store = use_store::<InspectionStore>();
    let is_here = || Route::here() == Route::Draw;
    let here = RwSignal::new(is_here());
    let listening = window_event_listener(ev::hashchange, move |_| here.set(is_here()));
    on_cleanup(move || listening.remove());
    let question = question();
    // The question of the drawing at rest, and its ticket.
    let asked = RwSignal::new(None::<(Question, u64)>);
    let generation = StoredValue::new(0u64);
    Effect::new(move |_| {
        // A worker that took another's place, or another model, is to be asked again.
        app.model.track();
        question.track();
        if !here.get() {
            return;
        }
        generation.update_value(|generation| *generation += 1);
        let own = generation.get_value();
        leptos::task::spawn_local(async move {
            pause(REST).await;
            // The page may be gone, or the drawing another.
            if generation.try_get_value() != Some(own) || !here.get_untracked() {
                return;
            }
            asked.set(question.get_untracked().map(|question| {
                let examples = question.candidates.each_ref().map(|of| of.example.clone());
                let ticket = store.inspect(Some(question.drawing.clone()), examples.to_vec());
                (question, ticket)
            }));
        });
    });
    let decided = Memo::new(move |_| {
        let ticket = asked.with(|asked| Some(asked.as_ref()?.1))?;
        Decided::of(&store.answer(ticket)?.pairs)
    });
    let blank = move || Heatmap::blank(app.architecture().input_side());
    let map = move |of: fn(&Decided) -> &Heatmap| {
        Signal::derive(move || {
            let found = decided.with(|decided| decided.as_ref().map(|decided| of(decided).clone()));
            Some(found.unwrap_or_else(blank))
        })
    };
    let drawing = Memo::new(move |_| asked.with(|asked| Some(asked.as_ref()?.0.drawing.clone())));
    let example = move |at: usize| {
        Memo::new(move |_| {
            asked.with(|asked| Some(asked.as_ref()?.0.candidates[at].example.clone()))
        })
    };
    let name = move |at: usize| {
        Signal::derive(move || {
            asked.with(|asked| {
                let asked = asked.as_ref();
                asked.map_or_else(String::new, |(asked, _)| {
                    asked.candidates[at].name.to_string()
                })
            })
        })
    };
    let [first, second] = [name(0), name(1)];
    let lead = move || words().explain.close_lead(&first.get(), &second.get());
    view! {
        <section
            class="close"
            data-testid="close-call"
            aria-busy=move || decided.with(Option::is_none).to_string()
            hidden=move || asked.with(Option::is_none)
        >
            <h2>{words().explain.close}</h2>
            <p class="note">{lead}</p>
            <div class="close-pictures">
                <Seen drawing=example(0) heatmap=map(|of| &of.examples[0]) test="close-first" caption=first />
                <Seen
                    drawing
                    heatmap=map(|of| &of.drawing)
                    test="close-drawing"
                    caption=words().explain.close_own
                />
                <Seen drawing=example(1) heatmap=map(|of| &of.examples[1]) test="close-second" caption=second />
            </div>
        </section>
    }
}

/// What is to be asked about the drawing of the ranking.
fn question() -> Memo<Option<Question>> {
    let draw = use_store::<DrawStore>();
    let support = use_store::<SupportStore>();
    Memo::new(move |_| {
        let close = draw.ranking.with(|ranking| ranking.as_ref()?.close())?;
        let drawing = draw.query.get()?;
        support.shown.with(|shown| {
            let classes = &shown.as_ref()?.set.classes;
            let [first, second] = close.map(|class| {
                let class = classes.get(class)?;
                Some(Candidate {
                    name: class.name.as_str().into(),
                    example: class.example.clone(),
                })
            });
            Some(Question {
                drawing,
                candidates: [first?, second?],
            })
        })
    })
}
