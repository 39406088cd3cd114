//! The run: start, pause, cancel; how far it is, what it learns, what it has reached.

use leptos::html::{Button, Canvas, Input};
use leptos::prelude::*;
use twinglyph_core::canonical::SIDE;
use twinglyph_core::protocol::{Memory, TrainControl, TrainEnd};
use twinglyph_core::score::Tally;

use super::both::BothRankings;
use super::mosaic::Mosaic;
use super::official::OfficialTrials;
use super::train_page::{Phase, SHOWN, TrainPage, confirmed};
use crate::session::training::{Outcome, Progress};
use crate::ui::figure::Figure;
use crate::ui::paint;
use crate::words::words;

/// Pictures of the batch in a row.
const COLUMNS: usize = 8;

/// The run.
#[component]
pub(super) fn Run() -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let phase = move || page.phase.get();
    let idle = move || matches!(phase(), Phase::Idle | Phase::Over(_) | Phase::Lost);
    let underway = move || matches!(phase(), Phase::Going | Phase::Paused);
    let problem = move || page.form.with(|form| page.problem(form));
    let line = move || {
        let (step, steps) = (
            page.progress.with(|progress| progress.step),
            page.steps.get(),
        );
        match phase() {
            Phase::Idle => problem().unwrap_or_else(|| words().train.ready.to_owned()),
            Phase::Waiting => words().train.fetching.to_owned(),
            Phase::Going if page.wished.get() == Some(TrainControl::Pause) => {
                words().train.pausing.to_owned()
            }
            Phase::Going | Phase::Paused if page.wished.get() == Some(TrainControl::Cancel) => {
                words().train.ending.to_owned()
            }
            Phase::Going => page.progress.with(|progress| {
                let left = progress.left(steps, page.images.get());
                let left = left.map_or(String::new(), |left| {
                    words().train.speed(progress.images_per_second, left.ceil())
                });
                words().train.step(step, steps, &left)
            }),
            Phase::Paused => words().train.paused(step, steps),
            Phase::Over(TrainEnd::Done) => words().train.done(steps),
            Phase::Over(TrainEnd::Cancelled) => words().train.cancelled(step),
            Phase::Over(TrainEnd::Diverged) => words().train.diverged(step),
            Phase::Over(TrainEnd::Device { reason }) => words().train.device_failed(step, &reason),
            Phase::Lost => match page.progress.with(|progress| progress.kept) {
                Some(kept) if kept == page.steps.get() => words().train.ended_unkept(kept),
                Some(kept) => words().train.interrupted(kept),
                None => words().train.interrupted_early.to_owned(),
            },
        }
    };
    let resumable = move || {
        matches!(phase(), Phase::Lost | Phase::Over(TrainEnd::Device { .. }))
            && page.progress.with(|progress| progress.kept.is_some())
    };
    let begun = Memo::new(move |_| {
        page.progress
            .with(|progress| progress.before().is_some() || progress.step > 0)
    });
    // Before its first step a run has learned nothing.
    let over = move || {
        matches!(phase(), Phase::Over(_)) && page.progress.with(|progress| progress.step > 0)
    };
    let state = move || match phase() {
        Phase::Idle => "idle",
        Phase::Waiting => "waiting",
        Phase::Going => "going",
        Phase::Paused => "paused",
        Phase::Over(_) => "over",
        Phase::Lost => "lost",
    };
    // A button that was pressed goes with what it did, and the focus with it: what is there now takes it.
    let [start_button, pause_button] = [NodeRef::<Button>::new(), NodeRef::<Button>::new()];
    let pressed = StoredValue::new(false);
    Effect::new(move |_| {
        let next = if underway() {
            pause_button
        } else {
            start_button
        };
        let waits = page.phase.with(|phase| *phase == Phase::Waiting);
        let focused = document().active_element();
        let is_lost = focused.is_none_or(|element| element.tag_name() == "BODY");
        if !waits && is_lost && pressed.get_value() {
            pressed.set_value(false);
            // Shown only after this.
            request_animation_frame(move || {
                if let Some(button) = next.get_untracked() {
                    // It fails only for an element that has gone.
                    let _ = button.focus();
                }
            });
        }
    });
    let start = move |_| {
        if !page.has_unkept() || confirmed(words().train.begin_question) {
            page.begin(false);
        }
    };
    let toggle = move |_| {
        let paused = page.phase.with_untracked(|phase| *phase == Phase::Paused);
        page.control(if paused {
            TrainControl::Resume
        } else {
            TrainControl::Pause
        });
    };
    view! {
        <section class="run-side" aria-label=words().train.run>
            <div class="run" on:click=move |_| pressed.set_value(true)>
                <button
                    class="button"
                    node_ref=start_button
                    data-testid="finetune-start"
                    hidden=move || !idle()
                    disabled=move || problem().is_some()
                    on:click=start
                >
                    {words().train.start}
                </button>
                <button
                    class="button"
                    data-testid="finetune-resume"
                    hidden=move || !resumable()
                    on:click=move |_| page.begin(true)
                >
                    {words().train.resume}
                </button>
                <button
                    class="button"
                    node_ref=pause_button
                    data-testid="finetune-pause"
                    hidden=move || !underway()
                    on:click=toggle
                >
                    {move || if phase() == Phase::Paused { words().common.go_on } else { words().common.pause }}
                </button>
                <button
                    class="button"
                    data-testid="finetune-cancel"
                    hidden=move || !underway()
                    on:click=move |_| page.control(TrainControl::Cancel)
                >
                    {words().common.cancel}
                </button>
                <progress
                    hidden=move || !underway()
                    max=move || page.steps.get().max(1).to_string()
                    prop:value=move || page.progress.with(|progress| f64::from(progress.step))
                    aria-label=words().train.steps_done
                ></progress>
            </div>
            <p
                role="status"
                data-testid="finetune-step"
                data-step=move || page.progress.with(|progress| progress.step.to_string())
                data-state=state
                data-kept=move || page.progress.with(|progress| progress.kept.map(|step| step.to_string()))
            >
                {line}
            </p>
            // While there is no run the line above says it.
            <Show when=move || matches!(phase(), Phase::Over(_) | Phase::Lost) && problem().is_some()>
                <p class="remark" data-testid="finetune-problem">{problem}</p>
            </Show>
            <Show when=move || page.told.with(Option::is_some)>
                <p class="remark" role="alert" data-testid="finetune-told">{move || page.told.get()}</p>
            </Show>
            <Show when=underway>
                <LearningRate />
            </Show>
            <Show when=over>
                <Verdict />
                <Keep />
            </Show>
            <Scores />
            <Mosaic />
            <BothRankings />
            <Show when=move || begun.get()>
                <OfficialTrials />
            </Show>
            <Show when=move || page.progress.with(|progress| !progress.losses.is_empty())>
                <Curves />
                <Batch />
            </Show>
        </section>
    }
}

/// The learning rate of a run on its way.
#[component]
fn LearningRate() -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let change = move |event| {
        if let Ok(rate) = event_target_value::<leptos::ev::Event>(&event).parse() {
            page.control(TrainControl::LearningRate(rate));
        }
    };
    let now = move || {
        let rate = page.progress.with(|progress| progress.rate);
        (rate > 0.0).then(|| words().train.rate_is(&two_digits(rate)))
    };
    view! {
        <label class="setting">
            <span>{words().train.rate_now}</span>
            <input
                type="number"
                step="any"
                min="0"
                data-testid="finetune-rate-now"
                prop:value=move || page.form.with_untracked(|form| form.rate.to_string())
                on:change=change
            />
            <small>{now}</small>
        </label>
    }
}

/// A small number with two digits that are not zero, as people write it.
fn two_digits(number: f64) -> String {
    let digits = if number > 0.0 {
        (1.0 - number.log10().floor()).clamp(0.0, 12.0) as usize
    } else {
        0
    };
    format!("{number:.digits$}")
}

/// What the run has changed, in a sentence.
#[component]
fn Verdict() -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let outcome = move || page.progress.with(Progress::outcome);
    let name = move || {
        outcome().map(|outcome| match outcome {
            Outcome::Better(_) => "better",
            Outcome::Worse(_) => "worse",
            Outcome::Same => "same",
        })
    };
    let told = move || {
        outcome().map(|outcome| match outcome {
            Outcome::Better(points) => words().train.better(points),
            Outcome::Worse(points) => words().train.worse(points),
            Outcome::Same => words().train.same.to_owned(),
        })
    };
    view! {
        <p class="verdict" role="status" data-testid="finetune-verdict" data-verdict=name>{told}</p>
    }
}

/// Keep what was learned, or drop it.
#[component]
fn Keep() -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let name = NodeRef::<Input>::new();
    let usual = page.form.with_untracked(|form| {
        let first = form.alphabets.first().cloned().unwrap_or_default();
        let first = crate::session::training::called(&first);
        match form.alphabets.len() {
            0 | 1 => first,
            several => words().train.and_more(&first, several - 1),
        }
    });
    let keep = move |_| {
        if let Some(name) = name.get_untracked() {
            page.keep(&name.value());
        }
    };
    let drop = move |_| {
        if confirmed(words().train.drop_question) {
            page.forget_run();
        }
    };
    view! {
        <div class="run keep">
            <label>
                {words().train.name} <input type="text" maxlength="60" node_ref=name value=usual data-testid="finetune-name" />
            </label>
            <button class="button" data-testid="finetune-keep" on:click=keep>{words().train.keep}</button>
            <button class="button" data-testid="finetune-drop" on:click=drop>{words().train.drop}</button>
        </div>
    }
}

fn phase_is_over(page: TrainPage) -> bool {
    page.phase.with(|phase| matches!(phase, Phase::Over(_)))
}

/// Right answers on the held-out characters, before and after.
#[component]
fn Scores() -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let score = move |which: fn(&Progress) -> Option<Tally>| {
        move || {
            page.progress.with(which).map(|tally| {
                let interval = tally.accuracy_interval();
                words().train.accuracy(
                    tally.accuracy() * 100.0,
                    tally.trials(),
                    interval.low * 100.0,
                    interval.high * 100.0,
                )
            })
        }
    };
    let part = move |which: fn(&Progress) -> Option<Tally>| {
        move || {
            page.progress
                .with(which)
                .map(|tally| format!("{:.6}", tally.accuracy()))
        }
    };
    let loss = move || {
        page.progress
            .with(|progress| progress.losses.last().map(|(_, loss)| format!("{loss:.4}")))
    };
    let memory = move || {
        let memory = page.progress.with(|progress| progress.memory);
        let megabytes = |bytes: u64| bytes.div_ceil(1_000_000);
        match (memory.worker, memory.device) {
            (0, _) => "–".to_owned(),
            (worker, 0) => format!("{} MB", megabytes(worker)),
            (worker, device) => words().train.memory(megabytes(worker), megabytes(device)),
        }
    };
    let bytes = move |which: fn(&Memory) -> u64| {
        move || {
            page.progress
                .with(|progress| which(&progress.memory).to_string())
        }
    };
    view! {
        <table class="figures" hidden=move || page.progress.with(|progress| progress.before().is_none())>
            <tbody>
                <tr>
                    <th scope="row">{words().train.right_before}</th>
                    <td data-testid="finetune-before" data-accuracy=part(Progress::before)>{score(Progress::before)}</td>
                </tr>
                <tr>
                    <th scope="row">
                        {move || match phase_is_over(page) {
                            true => words().train.after,
                            false => words().train.so_far,
                        }}
                    </th>
                    <td data-testid="finetune-after" data-accuracy=part(Progress::after)>{score(Progress::after)}</td>
                </tr>
                <tr>
                    <th scope="row">{words().train.loss}</th>
                    <td data-testid="finetune-loss">{loss}</td>
                </tr>
                <tr>
                    <th scope="row">{words().train.memory_used}</th>
                    <td
                        data-testid="finetune-memory"
                        data-worker=bytes(|memory| memory.worker)
                        data-device=bytes(|memory| memory.device)
                    >
                        {memory}
                    </td>
                </tr>
            </tbody>
        </table>
    }
}

/// Both curves.
#[component]
fn Curves() -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let steps = move || page.steps.get();
    let loss = Signal::derive(move || page.progress.with(|progress| progress.loss_plot(steps())));
    let accuracy = Signal::derive(move || {
        page.progress
            .with(|progress| progress.accuracy_plot(steps()))
    });
    let rows = move || {
        page.progress.with(|progress| {
            progress
                .validations
                .iter()
                .map(|one| {
                    let (errors, trials) = (one.tally.errors(), one.tally.trials());
                    view! {
                        <tr>
                            <td>{one.step}</td>
                            <td>{words().common.of((trials - errors).into(), trials.into())}</td>
                        </tr>
                    }
                })
                .collect_view()
        })
    };
    let losses = move || {
        page.progress.with(|progress| {
            progress
                .losses
                .iter()
                .map(|(step, loss)| view! { <tr><td>{*step}</td><td>{format!("{loss:.6}")}</td></tr> })
                .collect_view()
        })
    };
    view! {
        <Figure plot=accuracy name="training-accuracy">
            <table class="figures"><tbody>{rows}</tbody></table>
        </Figure>
        <Figure plot=loss name="training-loss">
            <table class="figures"><tbody>{losses}</tbody></table>
        </Figure>
    }
}

/// The batch of the last step, twins side by side.
#[component]
fn Batch() -> impl IntoView {
    let page = expect_context::<TrainPage>();
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        page.batch
            .with(|batch| paint::mosaic(&canvas, batch, SIDE, COLUMNS, SHOWN));
    });
    view! {
        <figure class="batch">
            <canvas node_ref=canvas role="img" aria-label=words().train.batch_as_seen></canvas>
            <figcaption class="facts">{words().train.batch}</figcaption>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::two_digits;

    #[test]
    fn rates_are_written_as_people_write_them() {
        assert_eq!(two_digits(2e-4), "0.00020");
        assert_eq!(two_digits(0.0123), "0.012");
        assert_eq!(two_digits(0.1), "0.10");
        assert_eq!(two_digits(3.0), "3.0");
        assert_eq!(two_digits(0.0), "0");
    }
}
