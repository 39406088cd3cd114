//! A run on its way: what it tells, logs and keeps after which step.

use std::error::Error;
use std::time::Instant;

use twinglyph_core::training;
use twinglyph_nn::backend::Learner;
use twinglyph_nn::train::CheckpointError;
use twinglyph_nn::weights::WeightsError;

use super::folder::RunFolder;
use super::learner;
use super::pipeline::Pipeline;
use super::validation::{Validated, Validation};
use crate::progress::Line;
use crate::stop::Stop;
use crate::{out, plot};

/// A run on its way.
pub(super) struct Run<'a> {
    pub(super) learner: Box<dyn Learner>,
    pub(super) folder: RunFolder,
    batches: Pipeline,
    validation: &'a Validation,
    stop: &'a Stop,
    line: Line,
    /// The step that it began with, and the one that it ends at.
    first: u32,
    end: u32,
    start: Instant,
    /// Images that it has learned from.
    images: usize,
    /// The last loss that was read, and the step that it was read at.
    loss: Option<f32>,
    read_at: u32,
    /// A signal ended the validation of this step.
    pub(super) lacks_validation: bool,
    /// A number of the network is not finite, or is one that no trained network has.
    pub(super) has_diverged: bool,
}

/// What ends a run early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// A signal asked to stop.
    Stopped,
    /// The loss is no number any more.
    Diverged,
}

impl<'a> Run<'a> {
    /// A run that goes on to the step `end`.
    pub(super) fn new(
        (learner, folder): (Box<dyn Learner>, RunFolder),
        batches: Pipeline,
        (validation, stop): (&'a Validation, &'a Stop),
        end: u32,
    ) -> Self {
        Self {
            first: learner.steps(),
            read_at: learner.steps(),
            learner,
            folder,
            batches,
            validation,
            stop,
            line: Line::new(),
            end,
            start: Instant::now(),
            images: 0,
            loss: None,
            lacks_validation: false,
            has_diverged: false,
        }
    }

    /// Keeps all that was done when a signal asks to stop: the losses that were not read, then the checkpoint.
    pub(super) async fn leave(&mut self) -> Result<End, Box<dyn Error>> {
        let has_unread = self.learner.steps() > self.read_at;
        if has_unread && let Some(end) = training::Run::loss(self).await? {
            return Ok(end);
        }
        training::Run::keep(self).await?;
        Ok(match self.has_diverged {
            true => End::Diverged,
            false => End::Stopped,
        })
    }

    /// What was made of the network; `None` when it has diverged, which ends the run after this step.
    fn unless_diverged<T>(
        &mut self,
        made: Result<T, Box<dyn Error>>,
    ) -> Result<Option<T>, Box<dyn Error>> {
        match made {
            Err(error) if is_divergence(error.as_ref()) => {
                self.has_diverged = true;
                Ok(None)
            }
            made => made.map(Some),
        }
    }

    fn images_per_second(&self) -> f64 {
        self.images as f64 / self.start.elapsed().as_secs_f64().max(1e-9)
    }

    /// How far it is; how long it will take from the second step on, when the first has warmed everything up.
    fn tell(&mut self) {
        let (step, end) = (self.learner.steps(), self.end);
        let done = step - self.first;
        let seconds = self.start.elapsed().as_secs_f64();
        let rate = self.images_per_second();
        let loss = self.loss;
        self.line.tell(|| {
            let loss = loss.map_or(String::new(), |loss| format!("  loss {loss:.4}"));
            let left = seconds / f64::from(done.max(1)) * f64::from(end - step);
            let left = match done {
                0 | 1 => String::new(),
                _ => format!("  {} left", duration(left)),
            };
            format!("step {step} of {end}{loss}  {rate:.0} images/s{left}")
        });
    }

    /// Draws the curves of what has been logged.
    fn draw(&self) -> Result<(), Box<dyn Error>> {
        for (name, svg) in plot::pictures(&self.folder.log()) {
            self.folder.keep(&format!("{name}.svg"), svg.as_bytes())?;
        }
        Ok(())
    }
}

impl training::Run for Run<'_> {
    type End = End;
    type Error = Box<dyn Error>;

    fn steps(&self) -> u32 {
        self.learner.steps()
    }

    async fn ready(&mut self) -> Result<Option<End>, Self::Error> {
        if self.has_diverged {
            return Ok(Some(End::Diverged));
        }
        Ok(self.stop.asked().map(|_| End::Stopped))
    }

    async fn step(&mut self) -> Result<(), Self::Error> {
        let batch = self.batches.next()?;
        self.images += 2 * batch.classes;
        self.learner.step(batch);
        self.tell();
        Ok(())
    }

    async fn loss(&mut self) -> Result<Option<End>, Self::Error> {
        let loss = self.learner.mean_loss().await?;
        let step = self.learner.steps();
        self.folder.log_loss(step, loss, self.images_per_second())?;
        (self.loss, self.read_at) = (Some(loss), step);
        Ok((!loss.is_finite()).then_some(End::Diverged))
    }

    async fn validate(&mut self, _: bool) -> Result<(), Self::Error> {
        if self.validation.is_empty() {
            return Ok(());
        }
        self.line.clear();
        let taken = self.validation.take(self.learner.as_ref(), self.stop).await;
        let tally = match self.unless_diverged(taken)? {
            Some(Some(tally)) => tally,
            Some(None) => {
                self.lacks_validation = true;
                return Ok(());
            }
            None => return Ok(()),
        };
        let validated = Validated {
            step: self.learner.steps(),
            tally,
            ways: Some(self.validation.ways()),
        };
        self.folder.log_validation(validated)?;
        // The log has it too: a run goes on when nobody reads what it prints.
        let _ = out::try_print(format_args!("{validated}\n"));
        self.draw()
    }

    async fn keep(&mut self) -> Result<(), Self::Error> {
        if self.has_diverged {
            return Ok(());
        }
        let kept = learner::keep(self.learner.as_ref(), &self.folder).await;
        match self.unless_diverged(kept)? {
            Some(()) => self.draw(),
            None => Ok(()),
        }
    }
}

/// Does an error say that a network holds numbers that no training should have led to?
fn is_divergence(error: &(dyn Error + 'static)) -> bool {
    let of_weights = error.downcast_ref::<WeightsError>();
    let error = match (of_weights, error.downcast_ref::<CheckpointError>()) {
        (None, Some(CheckpointError::Weights(error))) => Some(error),
        (error, _) => error,
    };
    let is_wrong = |error: &WeightsError| {
        matches!(
            error,
            WeightsError::NotFinite(_) | WeightsError::Senseless { .. }
        )
    };
    error.is_some_and(is_wrong)
}

/// Seconds as people say them.
fn duration(seconds: f64) -> String {
    let whole = seconds.ceil() as u64;
    match (whole / 3600, whole.div_ceil(60)) {
        (0, _) if whole < 60 => format!("{whole} s"),
        (0, minutes) if minutes < 60 => format!("{minutes} min"),
        (_, minutes) => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_one_or_two_units() {
        assert_eq!(duration(0.2), "1 s");
        assert_eq!(duration(59.0), "59 s");
        assert_eq!(duration(61.0), "2 min");
        assert_eq!(duration(3599.0), "1 h 0 min");
        assert_eq!(duration(9000.0), "2 h 30 min");
    }
}
