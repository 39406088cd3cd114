//! The one table of what the page asks its worker.
//!
//! A question is a row: it waits, is sent, and is answered. Its kind's [`Policy`] says the rest: whether a
//! newer question takes its place ([`Order`]), what becomes of it when the worker is replaced or changes
//! its model or device ([`Restart`]), and how long its answer may take ([`Patience`], and behind what). A
//! new kind of question is a line in [`Kind::policy`].
//!
//! A failure carries the kind and the ticket of the question ([`Asker`]), so it reaches who asked.

use twinglyph_core::protocol::{Command, Request, UNASKED};

use super::limits::{SCORES_LIMIT, START_LIMIT, SUPPORT_LIMIT};
use super::{Effect, Update};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A model and a device. Also the asker of what nobody asked for.
    Engine,
    /// The support set is to be embedded; its ticket is the set's id.
    Support,
    /// The ranking of a drawing.
    Ranking,
    /// The map of embeddings.
    Map,
    /// The scores of a part of a run of trials.
    Scores,
    /// Something of the gallery.
    Gallery,
    /// Something of the kept models or the checkpoint.
    Models,
    /// What can be seen of the network.
    Inspection,
    /// A run of training until its end; its ticket is the run's id.
    Training,
    /// Something is to be done with a run; its ticket is the run's id.
    Control,
    /// A large model is to be brought into the browser.
    Fetch,
    /// A sign of life.
    Ping,
}

/// Who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asker {
    /// What was asked.
    pub(crate) kind: Kind,
    /// As given with the question.
    pub(crate) ticket: u64,
}

/// The asker of what nobody asked for.
pub(super) const NOBODY: Asker = Asker {
    kind: Kind::Engine,
    ticket: 0,
};

/// Several questions of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// Each is sent at once.
    Each,
    /// The newest is sent at once; the answer to the one before is not waited for any more.
    Newest,
    /// One is on its way; of those that come meanwhile the latest waits.
    Latest,
    /// Two are on their way, so that the worker need not wait for the second; the others wait in order.
    Queued,
}

/// A question that is on its way when the worker is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Restart {
    /// It is about the support set and waits for that. It stands until it is withdrawn or a newer one
    /// comes, and is asked again, answered or not, also after a change of model or device.
    Standing,
    /// It is asked again.
    Replayed,
    /// Its asker is told; whoever asked knows whether it makes sense once more.
    Told,
    /// It is forgotten.
    Forgotten,
}

/// How long an answer, or the next sign of its progress, may take.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Patience {
    /// It is not waited for. [`Kind::Ping`] finds out whether the worker hangs.
    Endless,
    /// Milliseconds.
    Limit(f64),
    /// As long as an answer may take on the device in use.
    Device,
}

/// What is done with questions of a kind.
#[derive(Clone, Copy, Debug)]
struct Policy {
    order: Order,
    restart: Restart,
    patience: Patience,
    /// While one of these is on its way, the worker has not begun with the question or has other work beside it: its
    /// time runs after.
    behind: &'static [Kind],
    /// Does the page show that the worker is busy?
    busy: bool,
}

impl Kind {
    #[rustfmt::skip]
    const fn policy(self) -> Policy {
        use Kind::{Engine, Scores, Support};
        use Order::{Each, Latest, Newest, Queued};
        use Patience::{Device, Endless, Limit};
        use Restart::{Forgotten, Replayed, Standing, Told};
        let (order, restart, patience, behind, busy): (_, _, _, &'static [Self], _) = match self {
            Self::Engine     => (Newest,  Forgotten, Limit(START_LIMIT),   &[], false),
            // `WorkerClient::supply` sends the set to each worker, model and device.
            Self::Support    => (Newest,  Forgotten, Limit(SUPPORT_LIMIT), &[Engine, Scores], true),
            Self::Ranking    => (Latest,  Standing,  Device,               &[Engine, Scores], true),
            Self::Map        => (Latest,  Standing,  Endless,              &[], false),
            Self::Scores     => (Queued,  Replayed,  Limit(SCORES_LIMIT),  &[Engine], true),
            // A worker's gallery is gone with it.
            Self::Gallery    => (Latest,  Told,      Endless,              &[], false),
            Self::Models     => (Each,    Told,      Endless,              &[], false),
            // The page asks again when a worker tells its model.
            Self::Inspection => (Newest,  Forgotten, Endless,              &[], false),
            Self::Training   => (Newest,  Told,      Endless,              &[], false),
            Self::Control    => (Newest,  Forgotten, Endless,              &[], false),
            Self::Fetch      => (Newest,  Replayed,  Endless,              &[], false),
            Self::Ping       => (Newest,  Forgotten, Device,               &[Engine, Scores, Support], false),
        };
        Policy { order, restart, patience, behind, busy }
    }
}

/// Where a question is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Status {
    Waiting,
    /// On its way, and since when its time runs.
    Pending {
        id: u32,
        since: f64,
    },
    /// A standing question that has its answer.
    Answered,
}

/// A question.
#[derive(Debug)]
struct Row {
    asker: Asker,
    /// What is sent; `None` once it was and will not be again.
    command: Option<Command>,
    status: Status,
}

impl Row {
    fn is_pending(&self) -> bool {
        matches!(self.status, Status::Pending { .. })
    }
}

/// All questions, the oldest first.
#[derive(Debug)]
pub(super) struct Table {
    rows: Vec<Row>,
    next_id: u32,
}

impl Table {
    pub(super) fn new() -> Self {
        Self {
            rows: Vec::new(),
            next_id: UNASKED + 1,
        }
    }

    /// A request that answers to nobody.
    pub(super) fn request(&mut self, command: Command) -> Effect {
        let id = self.next_id;
        self.next_id = id.checked_add(1).unwrap_or(UNASKED + 1);
        Effect::Send(Request { id, command })
    }

    /// Adds a question that waits. Of those whose place it takes, one that was never sent is told where
    /// its policy tells.
    pub(super) fn put(&mut self, asker: Asker, command: Command, out: &mut Vec<Effect>) {
        let Policy { order, restart, .. } = asker.kind.policy();
        self.rows.retain(|row| {
            let stays = row.asker.kind != asker.kind
                || match order {
                    Order::Each | Order::Queued => true,
                    Order::Latest => row.is_pending(),
                    Order::Newest => false,
                };
            if !stays && row.status == Status::Waiting && restart == Restart::Told {
                out.push(Effect::Tell(Update::Lost(row.asker)));
            }
            stays
        });
        self.rows.push(Row {
            asker,
            command: Some(command),
            status: Status::Waiting,
        });
    }

    /// Sends a question now, whatever waits.
    pub(super) fn post(&mut self, asker: Asker, command: Command, clock: f64) -> Effect {
        self.end(asker.kind, clock);
        self.rows.push(Row {
            asker,
            command: None,
            status: Status::Pending {
                id: self.next_id,
                since: clock,
            },
        });
        self.request(command)
    }

    /// Sends the next question that may go; `set` is the support set if it is embedded.
    pub(super) fn next(&mut self, set: Option<u32>, clock: f64) -> Option<Effect> {
        let may_go = |row: &Row| {
            let policy = row.asker.kind.policy();
            let own = |other: &&Row| other.asker.kind == row.asker.kind && other.is_pending();
            let most = match policy.order {
                Order::Each | Order::Newest => usize::MAX,
                Order::Queued => 2,
                Order::Latest => 1,
            };
            row.status == Status::Waiting
                && self.rows.iter().filter(own).count() < most
                && (policy.restart != Restart::Standing || set.is_some())
        };
        let at = self.rows.iter().position(may_go)?;
        let row = self.rows.get_mut(at)?;
        row.status = Status::Pending {
            id: self.next_id,
            since: clock,
        };
        let mut command = match row.asker.kind.policy().restart {
            Restart::Standing | Restart::Replayed => row.command.as_ref().and_then(copy),
            Restart::Told | Restart::Forgotten => row.command.take(),
        }?;
        if let (Command::Classify { set, .. } | Command::Map { set, .. }, Some(embedded)) =
            (&mut command, set)
        {
            *set = embedded;
        }
        Some(self.request(command))
    }

    /// This request, if it is a question of this kind, has its answer: the ticket, and whether the answer
    /// is still wanted of a standing question.
    pub(super) fn take(&mut self, kind: Kind, id: u32, clock: f64) -> Option<(u64, bool)> {
        let at = self.rows.iter().position(|row| {
            row.asker.kind == kind
                && matches!(row.status, Status::Pending { id: own, .. } if own == id)
        })?;
        let mut row = self.rows.remove(at);
        let (ticket, wanted) = (row.asker.ticket, row.command.is_some());
        let is_last = !self.rows.iter().any(|other| other.asker.kind == kind);
        if kind.policy().restart == Restart::Standing && wanted && is_last {
            row.status = Status::Answered;
            self.rows.push(row);
        }
        self.let_run(kind, clock);
        Some((ticket, wanted))
    }

    /// Nothing of this kind is asked any more.
    pub(super) fn end(&mut self, kind: Kind, clock: f64) {
        self.rows.retain(|row| row.asker.kind != kind);
        self.let_run(kind, clock);
    }

    /// The time of what waited in the worker behind this kind begins, and of the next one of this kind.
    fn let_run(&mut self, kind: Kind, clock: f64) {
        self.touch(clock, |other, _| {
            other == kind || other.policy().behind.contains(&kind)
        });
    }

    /// Nobody wants an answer to a standing question any more.
    pub(super) fn withdraw(&mut self, kind: Kind) {
        self.rows
            .retain(|row| row.asker.kind != kind || row.is_pending());
        let own = self.rows.iter_mut().filter(|row| row.asker.kind == kind);
        own.for_each(|row| row.command = None);
    }

    /// Standing questions of this kind that wait still are asked again only at a restart.
    pub(super) fn settle(&mut self, kind: Kind) {
        for row in &mut self.rows {
            if row.asker.kind == kind && row.status == Status::Waiting {
                row.status = Status::Answered;
            }
        }
    }

    /// Asks the last question of this kind once more, after the answer to it if that is on its way.
    pub(super) fn repeat(&mut self, kind: Kind) {
        if let Some(row) = self.last(kind)
            && let Some(command) = row.command.as_ref().and_then(copy)
        {
            // Standing questions tell nobody that another one takes their place.
            self.put(row.asker, command, &mut Vec::new());
        }
    }

    /// The worker is another, or (not `lost`) its model or device.
    pub(super) fn restart(&mut self, lost: bool, out: &mut Vec<Effect>) {
        for mut row in std::mem::take(&mut self.rows) {
            match (row.asker.kind.policy().restart, row.command.take()) {
                (Restart::Standing, None) => {}
                (Restart::Standing, Some(command)) => self.put(row.asker, command, out),
                (restart, command) => {
                    row.command = command;
                    if lost && row.is_pending() {
                        match restart {
                            Restart::Replayed => row.status = Status::Waiting,
                            Restart::Told => {
                                out.push(Effect::Tell(Update::Lost(row.asker)));
                                continue;
                            }
                            _ => continue,
                        }
                    }
                    self.rows.push(row);
                }
            }
        }
    }

    /// Begins the time anew of the questions on their way that this is true of, by kind and id.
    pub(super) fn touch(&mut self, clock: f64, is_it: impl Fn(Kind, u32) -> bool) {
        for row in &mut self.rows {
            if let Status::Pending { id, since } = &mut row.status
                && is_it(row.asker.kind, *id)
            {
                *since = clock;
            }
        }
    }

    /// A kind of question whose answer is overdue. `device` is the limit of [`Patience::Device`], `more`
    /// what is added to every limit, milliseconds.
    pub(super) fn late(&self, clock: f64, device: f64, more: f64) -> Option<Kind> {
        let is_late = |row: &&Row| {
            let policy = row.asker.kind.policy();
            let limit = match policy.patience {
                Patience::Endless => return false,
                Patience::Limit(limit) => limit,
                Patience::Device => device,
            };
            let waits = policy.behind.iter().any(|&kind| self.is_pending(kind));
            let late = |since| !waits && clock - since > limit + more;
            matches!(row.status, Status::Pending { since, .. } if late(since))
        };
        Some(self.rows.iter().find(is_late)?.asker.kind)
    }

    /// Is something on its way that the page shows the worker busy with?
    pub(super) fn is_busy(&self) -> bool {
        let busy = |row: &Row| row.is_pending() && row.asker.kind.policy().busy;
        self.rows.iter().any(busy)
    }

    pub(super) fn is_pending(&self, kind: Kind) -> bool {
        self.pending(kind).is_some()
    }

    /// The ticket of a question of this kind that is on its way.
    pub(super) fn pending(&self, kind: Kind) -> Option<u64> {
        let is_it = |row: &&Row| row.asker.kind == kind && row.is_pending();
        Some(self.rows.iter().find(is_it)?.asker.ticket)
    }

    /// The ticket of the standing question of this kind, once it has its answer.
    pub(super) fn answered(&self, kind: Kind) -> Option<u64> {
        let row = self.last(kind)?;
        (row.status == Status::Answered).then_some(row.asker.ticket)
    }

    /// What the last question of this kind sends.
    pub(super) fn command(&self, kind: Kind) -> Option<&Command> {
        self.last(kind)?.command.as_ref()
    }

    /// What this request asks, while it is on its way.
    pub(super) fn kind(&self, request: u32) -> Option<Kind> {
        let is_it = |row: &&Row| matches!(row.status, Status::Pending { id, .. } if id == request);
        Some(self.rows.iter().find(is_it)?.asker.kind)
    }

    fn last(&self, kind: Kind) -> Option<&Row> {
        self.rows.iter().rev().find(|row| row.asker.kind == kind)
    }
}

/// A copy of a command that may be sent again. Of others none is made, so that the page's module does not
/// have the code for all of them.
fn copy(command: &Command) -> Option<Command> {
    Some(match command {
        Command::Classify { set, query } => Command::Classify {
            set: *set,
            query: query.clone(),
        },
        Command::Map { set, query } => Command::Map {
            set: *set,
            query: query.clone(),
        },
        Command::Score {
            scorer,
            queries,
            support,
        } => Command::Score {
            scorer: *scorer,
            queries: queries.clone(),
            support: support.clone(),
        },
        Command::Fetch(name) => Command::Fetch(name.clone()),
        _ => return None,
    })
}

#[cfg(test)]
#[path = "table/fetch/tests.rs"]
mod fetch;
#[cfg(test)]
#[path = "table/gallery/tests.rs"]
mod gallery;
