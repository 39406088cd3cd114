//! The drawing on the pad, ranked by the network before a run and by what the run has made of it, side by side.

use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;
use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{MAX_SCORED, Scorer};

use super::train_page::{Phase, TrainPage};
use crate::client::worker_client::Job;
use crate::ui::Route;
use crate::ui::builtin_models::model_label;
use crate::ui::glyph::Glyph;
use crate::ui::stores::{AppState, DrawStore, ScoreStore, Shown, SupportStore, use_store};
use crate::words::words;

/// Classes of each ranking that are shown.
const FIRST: usize = 3;

/// One network's ranking: the best classes and their similarities.
type Best = Vec<(usize, f32)>;

/// Both rankings, and the set that they are of.
#[derive(Clone, Debug)]
struct Both {
    set: Arc<Shown>,
    untrained: Result<Best, String>,
    trained: Result<Best, String>,
}

/// The rankings, once a run has learned something.
#[component]
pub(super) fn BothRankings() -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let (app, draw) = (use_store::<AppState>(), use_store::<DrawStore>());
    let (scores, support) = (use_store::<ScoreStore>(), use_store::<SupportStore>());
    let both = RwSignal::new(None::<Both>);
    let asked = StoredValue::new(0_u32);
    // After each validation, as the network is another one then, and of another drawing or set.
    let moment = Memo::new(move |_| {
        let over = page.phase.with(|phase| matches!(phase, Phase::Over(_)));
        let validations = page.progress.with(|progress| progress.validations.len());
        (over, validations)
    });
    // Who draws on another page waits for one ranking, not for three.
    let is_here = || Route::here() == Route::Train;
    let here = RwSignal::new(is_here());
    window_event_listener(ev::hashchange, move |_| here.set(is_here()));
    Effect::new(move |_| {
        let (_, validations) = moment.get();
        if !here.get() {
            return;
        }
        let query = draw.query.get();
        let set = support.shown.get();
        let number = asked.get_value().wrapping_add(1);
        asked.set_value(number);
        let (Some(query), Some(set), Some(run)) = (query, set, page.current()) else {
            both.set(None);
            return;
        };
        if validations < 2 {
            both.set(None);
            return;
        }
        let before = match page.has_before() {
            true => Scorer::Untrained(run),
            false => {
                // Another one is compared anew.
                app.model.track();
                Scorer::Network
            }
        };
        leptos::task::spawn_local(async move {
            let untrained = ranked(scores, before, &query, &set).await;
            let trained = ranked(scores, Scorer::Trained(run), &query, &set).await;
            // Else another drawing is asked about since.
            if asked.try_get_value() == Some(number) {
                both.set(Some(Both {
                    set,
                    untrained,
                    trained,
                }));
            }
        });
    });
    let untrained = move || match page.has_before() {
        true => words().train.network_before.to_owned(),
        false => app
            .model
            .with(|model| model.as_ref().map(|model| model_label(&model.name)))
            .map_or_else(String::new, |name| words().train.in_use(&name)),
    };
    let side =
        move |title: String, which: fn(&Both) -> &Result<Best, String>, name: &'static str| {
            both.get().map(|both| match which(&both) {
                Ok(best) => {
                    let first = best
                        .first()
                        .and_then(|(class, _)| both.set.set.classes.get(*class));
                    let first = first.map(|class| class.id.clone());
                    let rows = best
                        .iter()
                        .map(|(class, similarity)| row(&both.set, *class, *similarity))
                        .collect_view();
                    view! {
                        <div data-testid=name data-character=first>
                            <h3>{title}</h3>
                            <ol>{rows}</ol>
                        </div>
                    }
                    .into_any()
                }
                Err(reason) => view! {
                    <div data-testid=name>
                        <h3>{title}</h3>
                        <p class="remark">{reason.clone()}</p>
                    </div>
                }
                .into_any(),
            })
        };
    view! {
        <Show when=move || { moment.get().1 > 1 }>
            <section class="both" aria-label=words().train.both_title>
                <h2>{words().train.both_title}</h2>
                <Show
                    when=move || both.with(Option::is_some)
                    fallback=move || view! { <p class="facts">{words().train.both_none}</p> }
                >
                    <div class="sides">
                        {move || side(untrained(), |both| &both.untrained, "ranked-before")}
                        {move || side(words().train.network_after.to_owned(), |both| &both.trained, "ranked-after")}
                    </div>
                </Show>
            </section>
        </Show>
    }
}

/// A class of a ranking.
fn row(set: &Shown, class: usize, similarity: f32) -> impl IntoView + use<> {
    let name = set.set.classes.get(class).map(|class| class.name.clone());
    let outline = Signal::stored(set.outline(class));
    view! {
        <li>
            <Glyph outline />
            <span>{name}</span>
            <span class="facts">{format!("{similarity:.2}")}</span>
        </li>
    }
}

/// The best classes of the set by one network.
async fn ranked(
    scores: ScoreStore,
    scorer: Scorer,
    query: &Bitmap,
    set: &Shown,
) -> Result<Best, String> {
    let classes = set.set.classes.iter().take(MAX_SCORED);
    let job = Job {
        scorer,
        queries: vec![query.clone()],
        support: classes.map(|class| class.example.clone()).collect(),
    };
    let scored = scores.score(job).await?;
    let row = scored.scores.into_iter().next().unwrap_or_default();
    let mut best: Best = row.into_iter().enumerate().collect();
    best.sort_by(|one, other| other.1.total_cmp(&one.1));
    best.truncate(FIRST);
    for (_, score) in &mut best {
        *score = scored.calibration.similarity(*score);
    }
    Ok(best)
}
