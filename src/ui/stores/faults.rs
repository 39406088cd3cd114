//! Faults for tests of the recovery: the page breaks the worker once, where its address asks for that.
//!
//! `?fault=panic` or `hang` breaks the worker, `lost` its WebGPU device: after its first ranking, with
//! `&when=run` in the middle of a run of trials, with `&when=train` after the first checkpoint of a run of
//! training.

use leptos::prelude::*;
use twinglyph_core::protocol::Fault;

use super::AppState;
use crate::ui::address::parameter;

/// What a fault waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// A ranking is on the screen.
    Ranking,
    /// Scores are here.
    Scores,
    /// A run of training has kept its checkpoint.
    Checkpoint,
}

/// A fault to come.
#[derive(Debug)]
struct Due {
    fault: Fault,
    moment: Moment,
    /// Such moments until then.
    left: u32,
}

/// The fault that a test asks for.
#[derive(Clone, Copy)]
pub(super) struct Faults {
    app: AppState,
    due: StoredValue<Option<Due>>,
}

impl Faults {
    /// What the address asks for.
    #[inline(never)]
    pub(super) fn new(app: AppState) -> Self {
        let (moment, left) = match parameter("when").as_deref() {
            Some("run") => (Moment::Scores, 3),
            Some("train") => (Moment::Checkpoint, 1),
            _ => (Moment::Ranking, 1),
        };
        let due = fault_of(parameter("fault").as_deref()).map(|fault| Due {
            fault,
            moment,
            left,
        });
        Self {
            app,
            due: StoredValue::new(due),
        }
    }

    /// This moment has come: breaks the worker, if a test waits for it.
    pub(super) fn reach(self, moment: Moment) {
        self.due.update_value(|due| {
            let is_now = |due: &mut Due| {
                due.left -= u32::from(due.moment == moment);
                due.left == 0
            };
            if let Some(Due { fault, .. }) = due.take_if(is_now) {
                self.app.apply(|client| client.fault(fault));
            }
        });
    }
}

fn fault_of(word: Option<&str>) -> Option<Fault> {
    match word {
        Some("panic") => Some(Fault::Panic),
        Some("hang") => Some(Fault::Hang),
        Some("lost") => Some(Fault::LoseDevice),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_faults() {
        assert_eq!(fault_of(Some("panic")), Some(Fault::Panic));
        assert_eq!(fault_of(Some("fire")), None);
    }
}
