//! What the worker's news change in the school.

use leptos::prelude::*;
use twinglyph_core::protocol::{TrainEnd, TrainNews};

use super::{Phase, School};
use crate::ui::desk::Pupil;
use crate::ui::save::save_bytes;
use crate::ui::store;
use crate::words::words;

impl Pupil for School {
    fn is_underway(&self) -> bool {
        self.phase
            .with_untracked(|phase| matches!(phase, Phase::Waiting | Phase::Going | Phase::Paused))
    }

    fn hear(&self, run: u32, news: TrainNews) {
        if !self.is_current(run) {
            return;
        }
        self.progress.update(|progress| progress.add(&news));
        match news {
            TrainNews::Began { step, .. } => {
                if step == 0 {
                    // The checkpoint of the run before is of no use from now on.
                    store::keep_checkpoint(None);
                    let form = self
                        .lesson
                        .with_value(|lesson| serde_json::to_string(&lesson.as_ref()?.form).ok());
                    store::keep_lesson(form);
                }
                self.phase.set(Phase::Going);
            }
            TrainNews::Resumed => self.phase.set(Phase::Going),
            TrainNews::Steps { step, .. } => self.show_batch(step),
            TrainNews::Kept { step } => store::keep_checkpoint(Some(step)),
            TrainNews::NotKept { reason } => self.told.set(Some(
                words()
                    .train
                    .no_checkpoint(&words().failures.detail(&reason)),
            )),
            TrainNews::Paused { .. } => self.phase.set(Phase::Paused),
            TrainNews::Ended { end, .. } => {
                if matches!(end, TrainEnd::Done | TrainEnd::Cancelled) {
                    store::keep_checkpoint(None);
                }
                let failed = matches!(end, TrainEnd::Device { .. });
                self.phase.set(Phase::Over(end));
                if failed && self.can_go_on() {
                    self.told.set(Some(words().train.device_goes_on.to_owned()));
                    self.go_on();
                }
            }
            TrainNews::Validated { .. } => {}
        }
    }

    fn lose(&self, run: u32) {
        if !self.is_current(run) {
            return;
        }
        if self.can_go_on() {
            self.go_on();
        } else {
            self.phase.set(Phase::Lost);
        }
    }

    fn fail(&self, run: u32, reason: &str) {
        if self.is_current(run) {
            self.told.set(Some(reason.to_owned()));
            self.rest();
        }
    }

    fn refuse(&self, reason: &str) {
        self.told.set(Some(reason.to_owned()));
    }

    fn listed(&self) {
        let Some(name) = self.keeping.get_value() else {
            return;
        };
        let is_kept = self
            .desk
            .models
            .with_untracked(|models| models.iter().any(|model| model.name == name));
        if is_kept {
            self.keeping.set_value(None);
            self.drop_run();
        }
    }

    fn export(&self, name: &str, bytes: &[u8]) {
        let stem = name.rsplit('/').next().unwrap_or(name);
        save_bytes(
            &format!("{stem}.safetensors"),
            "application/octet-stream",
            bytes,
        );
    }
}
