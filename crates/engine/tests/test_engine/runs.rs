//! Runs of training, and what they tell.

use twinglyph_core::invented;
use twinglyph_core::protocol::{Command, Drawings, Event, TrainFrom, TrainStart, TrainUpdate};
use twinglyph_core::training::TrainConfig;

/// Begins a run on two invented alphabets, validated on a third.
pub fn start(run: u32, config: TrainConfig, from: TrainFrom) -> Command {
    let drawings = |seed| Drawings::from(&invented::alphabet(seed));
    Command::Train(Box::new(TrainStart {
        run,
        config,
        from,
        training: vec![drawings(1), drawings(2)],
        held_out: vec![drawings(3)],
        keep_every: 5,
        validate_every: 0,
    }))
}

/// What these events tell of runs.
pub fn update(events: &[Event]) -> Vec<TrainUpdate> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Training { update, .. } => Some(update.clone()),
            _ => None,
        })
        .collect()
}

/// Step and loss of each reading.
pub fn losses(update: &[TrainUpdate]) -> Vec<(u32, f32)> {
    update
        .iter()
        .filter_map(|one| match one {
            TrainUpdate::Steps { step, loss, .. } => Some((*step, *loss)),
            _ => None,
        })
        .collect()
}

/// What kind of update, with its step.
pub fn outline(update: &[TrainUpdate]) -> Vec<String> {
    update
        .iter()
        .map(|one| match one {
            TrainUpdate::Began { step, .. } => format!("began {step}"),
            TrainUpdate::Steps { step, .. } => format!("steps {step}"),
            TrainUpdate::Validated { step, trials, .. } => format!("validated {step} by {trials}"),
            TrainUpdate::Kept { step } => format!("kept {step}"),
            TrainUpdate::NotKept { reason } => format!("not kept: {:?}", reason.kind),
            TrainUpdate::Paused { step } => format!("paused {step}"),
            TrainUpdate::Resumed => "resumed".to_owned(),
            TrainUpdate::Ended { step, end } => format!("{end:?} {step}"),
        })
        .collect()
}
