//! What is done with kept models: keeping what a run has learned, importing, deleting, and taking that back.

use leptos::prelude::*;
use twinglyph_core::protocol::{Command, LARGE_MODEL, ModelReport};

use super::{TrainPage, Wish, confirmed};
use crate::session::names::shown;
use crate::session::training::called;
use crate::ui::builtin_models::USUAL_MODEL;
use crate::words::words;

impl TrainPage {
    /// Keeps what was learned under a name, with its scores.
    pub(in crate::ui::train) fn keep(self, name: &str) {
        let Some(job) = self.job.get_value() else {
            return;
        };
        let from = match job.form.from.as_str() {
            "" => words().train.fresh,
            name => name,
        };
        let names = job.held_out.alphabets().iter();
        let names: Vec<String> = names.map(|one| called(one.name())).collect();
        let mut facts = vec![
            ("from".to_owned(), from.to_owned()),
            ("held_out".to_owned(), names.join(", ")),
        ];
        let scores = self.progress.with_untracked(|progress| {
            let rate = |tally: twinglyph_core::score::Tally| {
                format!("{} of {}", tally.trials() - tally.errors(), tally.trials())
            };
            progress
                .before()
                .zip(progress.after())
                .map(|(before, after)| {
                    format!(
                        "{} right before, {} after, on held-out characters",
                        rate(before),
                        rate(after)
                    )
                })
        });
        facts.extend(scores.map(|scores| ("scores".to_owned(), scores)));
        self.keep_as(Command::KeepTrained {
            run: job.run,
            name: shown(name),
            facts,
        });
    }

    /// Keeps the weights of a file under a name.
    pub(in crate::ui::train) fn import(self, name: &str, bytes: Vec<u8>) {
        self.keep_as(Command::ImportModel {
            name: shown(name),
            bytes,
        });
    }

    /// Does what the command says under the nearest name that no model has, also none of another tab.
    fn keep_as(self, command: Command) {
        self.ask(Command::ListModels);
        self.wish.set_value(Some(Wish::Keep(command)));
    }

    /// Deletes a model, which can be had back until the page is left; one that is too large for that, can't be
    /// read or is in use, only when the person says so.
    pub(in crate::ui::train) fn delete(self, model: &ModelReport) {
        let name = model.name.clone();
        let used = |model: &Option<ModelReport>| model.as_ref().is_some_and(|one| one.name == name);
        let was_used = self.app.model.with_untracked(used);
        let for_good = model.architecture == LARGE_MODEL || model.fault().is_some();
        let agreed = (!was_used || confirmed(&words().train.delete_used(&name, USUAL_MODEL)))
            && (!for_good || confirmed(&words().train.delete_one(&name)));
        if !agreed {
            return;
        }
        if was_used {
            self.models.use_model(USUAL_MODEL);
        }
        if for_good {
            self.ask(Command::DeleteModel(name));
        } else {
            self.ask(Command::ReadModel(name.clone()));
            self.wish.set_value(Some(Wish::Delete { name, was_used }));
        }
    }

    /// Keeps the model that was deleted last again.
    pub(in crate::ui::train) fn undelete(self) {
        if let Some((name, file)) = self.deleted.try_update(Option::take).flatten() {
            self.import(&name, file.to_vec());
        }
    }

    /// Asks something of the kept models.
    pub(in crate::ui::train) fn ask(self, command: Command) {
        self.told.set(None);
        self.said.set(None);
        self.refused.set(None);
        self.wish.set_value(None);
        if matches!(
            command,
            Command::KeepTrained { .. } | Command::ImportModel { .. }
        ) {
            self.storage.ask();
        }
        self.train.ask_models(command);
    }
}
