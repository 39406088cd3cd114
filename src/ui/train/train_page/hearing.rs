//! What the worker's updates change in the page.

use js_sys::Uint8Array;
use leptos::prelude::*;
use twinglyph_core::protocol::{
    Command, Failure, FailureKind, ModelReport, OUT_OF_MEMORY, TrainControl, TrainEnd, TrainUpdate,
};

use super::{Keeping, Phase, TrainPage, Wish};
use crate::client::worker_client::{Asker, Kind};
use crate::session::names::free;
use crate::session::training::KeptRun;
use crate::ui::builtin_models::USUAL_MODEL;
use crate::ui::persistence;
use crate::ui::save::save_bytes;
use crate::ui::stores::TrainObserver;
use crate::words::words;

/// What the names of kept models begin with.
const OWN_MODEL: &str = "my/";

impl TrainObserver for TrainPage {
    fn is_underway(&self) -> bool {
        self.phase
            .with_untracked(|phase| matches!(phase, Phase::Waiting | Phase::Going | Phase::Paused))
    }

    fn hear(&self, run: u32, update: TrainUpdate) {
        if !self.is_current(run.into()) {
            return;
        }
        self.progress.update(|progress| progress.add(&update));
        if matches!(
            update,
            TrainUpdate::Began { .. }
                | TrainUpdate::Paused { .. }
                | TrainUpdate::Resumed
                | TrainUpdate::Ended { .. }
        ) {
            self.wished.set(None);
        }
        match update {
            TrainUpdate::Began { step, .. } => {
                if step == 0 {
                    // The checkpoint of the run before is of no use from now on.
                    persistence::keep_checkpoint(None);
                    self.unusable.set_value(false);
                    self.keep_job(None);
                }
                self.phase.set(Phase::Going);
            }
            TrainUpdate::Resumed => self.phase.set(Phase::Going),
            TrainUpdate::Steps { step, .. } => self.show_batch(step),
            TrainUpdate::Kept { step } => persistence::keep_checkpoint(Some(step)),
            // Of a run that ends it is no news that it goes on.
            TrainUpdate::NotKept { reason } => {
                self.told.set(Some(match self.wished.get_untracked() {
                    Some(TrainControl::Cancel) => {
                        words().failures.told(reason.kind, &reason.message)
                    }
                    _ => words()
                        .train
                        .no_checkpoint(&words().failures.detail(reason.kind, &reason.message)),
                }))
            }
            TrainUpdate::Paused { .. } => self.phase.set(Phase::Paused),
            TrainUpdate::Ended { end, .. } => {
                // The checkpoint stays until its run is kept, dropped or replaced: a reload brings it back.
                // The same step would need the same memory again.
                let too_large =
                    matches!(&end, TrainEnd::Device { reason } if reason == OUT_OF_MEMORY);
                let failed = matches!(end, TrainEnd::Device { .. });
                if self
                    .progress
                    .with_untracked(|progress| progress.kept.is_none())
                {
                    persistence::keep_train_job(None);
                }
                self.phase.set(Phase::Over(end));
                if too_large {
                    self.told
                        .set(Some(words().failures.run_too_large.to_owned()));
                } else if failed && self.can_go_on() {
                    self.told.set(Some(words().train.device_goes_on.to_owned()));
                    self.go_on();
                }
            }
            TrainUpdate::Validated { step: 0, .. } => self.keep_job(Some(update)),
            TrainUpdate::Validated { .. } => {}
        }
    }

    fn lose(&self, asked: Asker) {
        if asked.kind == Kind::Models {
            self.refuse(words().train.not_done.to_owned());
        } else if !self.is_current(asked.ticket) {
            // Another run has taken its place.
        } else if self.can_go_on() {
            self.go_on();
        } else {
            self.phase.set(Phase::Lost);
        }
    }

    fn fail(&self, asked: Asker, failure: &Failure) {
        if asked.kind == Kind::Models {
            self.refuse(failure.message.clone());
        } else if asked.kind == Kind::Control {
            self.told.set(Some(failure.message.clone()));
        } else if self.is_current(asked.ticket) {
            let resumed = self.was_resumed();
            let of_checkpoint = matches!(
                failure.kind,
                FailureKind::Training | FailureKind::Storage(_)
            );
            if resumed && of_checkpoint {
                self.unusable.set_value(true);
            }
            self.told.set(Some(failure.message.clone()));
            self.rest();
        }
    }

    fn listed(&self) {
        if let Some(Wish::Keep(command)) = self.wish.get_value() {
            self.keep_free(command);
            return;
        }
        let Some(kept) = self.keeping.get_value() else {
            return;
        };
        let is_it = |model: &ModelReport| model.name == kept.name && model.fault().is_none();
        let models = self.models.kept;
        if !models.with_untracked(|models| models.iter().any(is_it)) {
            return;
        }
        self.keeping.set_value(None);
        // The run is forgotten only once its model is among those that are kept.
        if kept.is_run {
            self.drop_run();
        }
        let name = kept.name.strip_prefix(OWN_MODEL).unwrap_or(&kept.name);
        self.said.set(Some(if name == kept.wished {
            words().train.kept_as(name)
        } else {
            words().train.kept_beside(&kept.wished, name)
        }));
    }

    fn export(&self, name: &str, bytes: &[u8]) {
        if let Some(Wish::Delete {
            name: wished,
            was_used,
        }) = self.wish.get_value()
            && wished == name
        {
            self.ask(Command::DeleteModel(name.to_owned()));
            let stem = name.strip_prefix(OWN_MODEL).unwrap_or(name);
            self.deleted
                .set(Some((stem.to_owned(), Uint8Array::from(bytes))));
            self.said.set(Some(if was_used {
                words().train.deleted_instead(stem, USUAL_MODEL)
            } else {
                words().train.deleted(stem)
            }));
            return;
        }
        let stem = name.rsplit('/').next().unwrap_or(name);
        save_bytes(
            &format!("{stem}.safetensors"),
            "application/octet-stream",
            bytes,
        );
    }
}

impl TrainPage {
    /// Keeps what the run was begun with, for a reload.
    fn keep_job(self, before: Option<TrainUpdate>) {
        let form = self.job.with_value(|job| Some(job.as_ref()?.form.clone()));
        let kept = form.map(|form| KeptRun { form, before });
        persistence::keep_train_job(kept.and_then(|kept| serde_json::to_string(&kept).ok()));
    }

    /// What was asked of the kept models was not done.
    pub(in crate::ui::train) fn refuse(self, reason: String) {
        self.wish.set_value(None);
        self.keeping.set_value(None);
        self.said.set(None);
        self.refused.set(Some(reason));
    }

    /// Sends a command that keeps a model, under a name that none has.
    fn keep_free(self, mut command: Command) {
        let (Command::KeepTrained { name, .. } | Command::ImportModel { name, .. }) = &mut command
        else {
            return;
        };
        let wished = name.strip_prefix(OWN_MODEL).unwrap_or(name).to_owned();
        *name = self.models.kept.with_untracked(|models| {
            let taken = models.iter().map(|model| model.name.as_str());
            free(
                &wished,
                taken.filter_map(|name| name.strip_prefix(OWN_MODEL)),
            )
        });
        let keeping = Keeping {
            name: format!("{OWN_MODEL}{name}"),
            wished,
            is_run: matches!(command, Command::KeepTrained { .. }),
        };
        self.ask(command);
        self.keeping.set_value(Some(keeping));
    }
}
