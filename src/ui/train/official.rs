//! The official trials with the weights that a run has reached, when the person asks for them.

use leptos::prelude::*;
use twinglyph_core::protocol::Scorer;

use super::train_page::TrainPage;
use crate::session::measure::Official;
use crate::ui::bench::{Bench, Controls};
use crate::words::words;

/// A button, and the errors when they are counted.
#[component]
pub(super) fn OfficialTrials() -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let bench = Bench::<Official>::new();
    let step = RwSignal::new(0);
    let start = Callback::new(move |()| {
        if let Some(run) = page.current() {
            step.set(page.progress.with_untracked(|progress| progress.step));
            bench.start(move |_| Ok(Official::of(Scorer::Trained(run))));
        }
    });
    let result = move || {
        let tally = bench
            .measure
            .with(|measure| Some(measure.as_ref()?.tally()))?;
        let interval = tally.error_interval();
        Some(words().train.official(
            tally.errors(),
            tally.trials(),
            step.get(),
            tally.error_rate() * 100.0,
            interval.low * 100.0,
            interval.high * 100.0,
        ))
    };
    view! {
        <Controls
            bench
            name="finetune-runs"
            label=Signal::stored(words().train.official_now.to_owned())
            start
        />
        <p class="facts" data-testid="finetune-runs-errors">{result}</p>
    }
}
