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
    /// First the one that is shown.
    examples: Vec<Bitmap>,
}

/// What the ranking says of the drawing.
#[derive(Clone, Debug, PartialEq)]
enum Said {
    /// It is another drawing's.
    Nothing,
    /// The best class is clear of the others, or there is none.
    Clear,
    /// The best two are close.
    Close(Question),
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
    let said = said();
    // The question of the drawing at rest, and its ticket.
    let asked = RwSignal::new(None::<(Question, u64)>);
    let generation = StoredValue::new(0u64);
    Effect::new(move |_| {
        // A worker that took another's place, or another model, is to be asked again.
        app.model.track();
        said.track();
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
            match said.get_untracked() {
                Said::Nothing => {}
                Said::Clear => asked.set(None),
                Said::Close(question) => {
                    let candidates = question.candidates.iter();
                    let examples = candidates.flat_map(|of| of.examples.iter().cloned());
                    let drawing = Some(question.drawing.clone());
                    let ticket = store.inspect(drawing, examples.collect());
                    asked.set(Some((question, ticket)));
                }
            }
        });
    });
    // While another drawing is compared, what is here stays, pale.
    let is_shown =
        Memo::new(move |_| asked.with(Option::is_some) && said.with(|said| *said != Said::Clear));
    let is_of_another = Memo::new(move |_| {
        said.with(|said| {
            asked.with(|asked| match (said, asked) {
                (Said::Close(question), Some((asked, _))) => question != asked,
                _ => true,
            })
        })
    });
    let decided = Memo::new(move |_| {
        let of = |asked: &Option<(Question, u64)>| {
            let (question, ticket) = asked.as_ref()?;
            Some((*ticket, question.candidates[0].examples.len()))
        };
        let (ticket, firsts) = asked.with(of)?;
        Decided::of(&store.answer(ticket)?.pairs, firsts)
    });
    let blank = move || Heatmap::blank(app.architecture().input_side());
    let map = move |of: fn(&Decided) -> Option<&Heatmap>| {
        Signal::derive(move || {
            let found = decided.with(|decided| of(decided.as_ref()?).cloned());
            Some(found.unwrap_or_else(blank))
        })
    };
    let drawing = Memo::new(move |_| asked.with(|asked| Some(asked.as_ref()?.0.drawing.clone())));
    let example = move |at: usize| {
        Memo::new(move |_| {
            asked.with(|asked| asked.as_ref()?.0.candidates[at].examples.first().cloned())
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
    let is_local = Memo::new(move |_| {
        decided.with(|decided| decided.as_ref().is_some_and(|of| of.examples.is_some()))
    });
    view! {
        <section
            class="close"
            data-testid="close-call"
            aria-busy=move || (is_of_another.get() || decided.with(Option::is_none)).to_string()
            hidden=move || !is_shown.get()
        >
            <h2>{words().explain.close}</h2>
            <p class="note">
                {lead} " "
                <span hidden=move || !is_local.get()>{words().explain.close_examples}</span>
            </p>
            <div class="close-pictures">
                <Seen drawing=example(0) heatmap=map(|of| Some(&of.examples.as_ref()?[0])) test="close-first" caption=first />
                <Seen
                    drawing
                    heatmap=map(|of| Some(&of.drawing))
                    test="close-drawing"
                    caption=words().explain.close_own
                />
                <Seen drawing=example(1) heatmap=map(|of| Some(&of.examples.as_ref()?[1])) test="close-second" caption=second />
            </div>
        </section>
    }
}

/// What the ranking says, with what is to be asked.
fn said() -> Memo<Said> {
    let draw = use_store::<DrawStore>();
    let support = use_store::<SupportStore>();
    let question = move |close: [usize; 2]| {
        let drawing = draw.query.get()?;
        support.shown.with(|shown| {
            let classes = &shown.as_ref()?.set.classes;
            let [first, second] = close.map(|class| {
                let class = classes.get(class)?;
                Some(Candidate {
                    name: class.name.as_str().into(),
                    examples: core::iter::once(&class.example)
                        .chain(&class.more)
                        .cloned()
                        .collect(),
                })
            });
            Some(Question {
                drawing,
                candidates: [first?, second?],
            })
        })
    };
    Memo::new(move |_| {
        let newest = draw.counters.with(|counters| counters.query);
        let close = draw.ranking.with(|ranking| match ranking {
            None => Some(None),
            Some(ranking) => (ranking.ticket == newest).then(|| ranking.close()),
        });
        match close {
            None => Said::Nothing,
            Some(close) => close.and_then(question).map_or(Said::Clear, Said::Close),
        }
    })
}
