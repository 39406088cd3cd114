//! Runs of training, and what they tell.

use twinglyph_core::invented;
use twinglyph_core::protocol::{Command, Drawings, Event, TrainFrom, TrainNews, TrainStart};
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
pub fn news(events: &[Event]) -> Vec<TrainNews> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Training { news, .. } => Some(news.clone()),
            _ => None,
        })
        .collect()
}

/// Step and loss of each reading.
pub fn losses(news: &[TrainNews]) -> Vec<(u32, f32)> {
    news.iter()
        .filter_map(|one| match one {
            TrainNews::Steps { step, loss, .. } => Some((*step, *loss)),
            _ => None,
        })
        .collect()
}

/// What kind of news, with its step.
pub fn outline(news: &[TrainNews]) -> Vec<String> {
    news.iter()
        .map(|one| match one {
            TrainNews::Began { step, .. } => format!("began {step}"),
            TrainNews::Steps { step, .. } => format!("steps {step}"),
            TrainNews::Validated { step, trials, .. } => format!("validated {step} by {trials}"),
            TrainNews::Kept { step } => format!("kept {step}"),
            TrainNews::NotKept { reason } => format!("not kept: {:?}", reason.kind),
            TrainNews::Paused { step } => format!("paused {step}"),
            TrainNews::Resumed => "resumed".to_owned(),
            TrainNews::Ended { step, end } => format!("{end:?} {step}"),
        })
        .collect()
}
