//! The log of a training run, `log.csv` in its folder: losses and validations by step.

use twinglyph_core::score::Tally;

/// What a log holds.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct RunLog {
    /// Mean losses since the line before, by step.
    pub(crate) losses: Vec<(f64, f64)>,
    /// Validations, by step.
    pub(crate) validations: Vec<(f64, Tally)>,
    /// Entries that are no finite numbers, as the loss of a run that has diverged.
    pub(crate) skipped: usize,
}

impl RunLog {
    /// The log in a file's text. What is no entry of it counts as skipped.
    pub(crate) fn parse(text: &str) -> Self {
        let mut log = Self::default();
        let lines = text.lines().enumerate();
        for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let cells: Vec<&str> = line.split(',').map(str::trim).collect();
            let cell = |at: usize| cells.get(at).copied().filter(|cell| !cell.is_empty());
            let number = |text: &str| text.parse::<f64>().ok().filter(|one| one.is_finite());
            let Some(step) = cell(0).and_then(number) else {
                // The first line may name the columns.
                log.skipped += usize::from(at > 0);
                continue;
            };
            match cell(1).map(number) {
                None => {}
                Some(Some(loss)) => log.losses.push((step, loss)),
                Some(None) => log.skipped += 1,
            }
            if let (Some(errors), Some(trials)) = (cell(3), cell(4)) {
                let count = |text: &str| text.parse::<u32>().ok();
                let tally = count(errors).zip(count(trials));
                match tally.and_then(|(errors, trials)| Tally::new(errors, trials).ok()) {
                    Some(tally) => log.validations.push((step, tally)),
                    None => log.skipped += 1,
                }
            }
        }
        log
    }

    /// The last validation, with the steps that were done.
    pub(crate) fn last_validation(&self) -> Option<(u32, Tally)> {
        let last = self.validations.last();
        last.map(|&(step, tally)| (step as u32, tally))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_counted_and_left_out() {
        let text = "step,loss,images_per_second,validation_errors,validation_trials\n\
            10,3.5,100.0,,\n20,NaN,100.0,,\n20,,,100,400\n30,inf,1.0,,\n30,,,5,4\nnonsense\n\n40,2,1,,\n";
        let log = RunLog::parse(text);
        assert_eq!(log.losses, [(10.0, 3.5), (40.0, 2.0)]);
        assert_eq!(log.skipped, 4);
        let validation = log.last_validation();
        assert_eq!(
            validation.map(|(step, tally)| (step, tally.errors())),
            Some((20, 100))
        );
        assert_eq!(RunLog::parse(""), RunLog::default());
    }
}
