//! Comparing drawings for trials: a question to the worker that can be awaited.

use twinglyph_core::protocol::Command;

use super::AppState;
use super::faults::{Faults, Moment};
use super::pending::Pending;
use crate::client::worker_client::{Job, Kind, Scored};
use crate::words::words;

/// Scores that are asked for.
#[derive(Clone, Copy)]
pub(crate) struct ScoreStore {
    app: AppState,
    faults: Faults,
    pending: Pending<Result<Scored, String>>,
}

impl ScoreStore {
    #[inline(never)]
    pub(super) fn new(app: AppState, faults: Faults) -> Self {
        Self {
            app,
            faults,
            pending: Pending::new(),
        }
    }

    /// Asks for the scores of a job, however often the worker has to be started anew for them.
    ///
    /// # Errors
    /// When the worker says that it can't be done; its words.
    pub(crate) fn score(self, job: Job) -> impl Future<Output = Result<Scored, String>> {
        let ticket = self.app.ticket();
        let answer = self.pending.wait(ticket);
        let Job {
            scorer,
            queries,
            support,
        } = job;
        let command = Command::Score {
            scorer,
            queries,
            support,
        };
        self.app.ask(Kind::Scores, ticket, command);
        async {
            answer
                .await
                .unwrap_or_else(|_| Err(words().notice.closing.to_owned()))
        }
    }

    pub(super) fn hear(self, ticket: u64, result: Result<Scored, String>) {
        self.faults.reach(Moment::Scores);
        self.pending.answer(ticket, result);
    }
}
