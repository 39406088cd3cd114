//! Counting tests by what their runners print.

use crate::process::say;

/// What the runners' lines add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Tests that passed.
    pub(super) passed: u64,
    /// Tests that had nothing of Omniglot's archives or PyTorch's outputs to compare with.
    pub(super) without_omniglot: u64,
    /// Tests that had to skip a check for want of Python.
    pub(super) without_python: u64,
    /// Tests that had to skip a check for want of axe-core.
    pub(super) without_axe: u64,
}

/// How a test says that it had nothing of Omniglot's or PyTorch's to compare with.
const WITHOUT_OMNIGLOT: &str = "SKIPPED omniglot check:";

/// How a test says that it had to skip a check for want of Python.
const WITHOUT_PYTHON: &str = "SKIPPED python check:";

/// How a test says that it had to skip a check for want of axe-core.
const WITHOUT_AXE: &str = "SKIPPED axe check:";

impl Tally {
    /// Takes what was counted elsewhere into account.
    pub(super) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.without_omniglot += other.without_omniglot;
        self.without_python += other.without_python;
        self.without_axe += other.without_axe;
    }

    /// Says what was left out for want of something, and ends with `N passed, 0 failed`.
    pub(super) fn tell(self) {
        let skipped = [
            (
                self.without_omniglot,
                "Omniglot's archives or PyTorch's outputs were left out: they are not here (OMNIGLOT_DIR and \
                 WEIGHTS_DIR name their folders)",
            ),
            (
                self.without_python,
                "Python were left out: a full run of the tests installs its packages",
            ),
            (
                self.without_axe,
                "axe-core were left out: it can't be fetched by npm here",
            ),
        ];
        for (count, why) in skipped.iter().filter(|(count, _)| *count > 0) {
            say(format!("{count} checks against {why}"));
        }
        println!("{} passed, 0 failed", self.passed);
    }

    /// Takes one line of a runner's output into account.
    pub(super) fn read(&mut self, line: &str) {
        if line.contains(WITHOUT_OMNIGLOT) {
            self.without_omniglot += 1;
        }
        if line.contains(WITHOUT_PYTHON) {
            self.without_python += 1;
        }
        if line.contains(WITHOUT_AXE) {
            self.without_axe += 1;
        }
        if let Some(passed) = passed(line) {
            self.passed += passed;
        }
    }
}

/// The number in `test result: ok. 12 passed; 0 failed; ...`, which both Rust's and
/// wasm-bindgen's runners print.
fn passed(line: &str) -> Option<u64> {
    line.strip_prefix("test result: ok. ")?
        .split_once(" passed;")?
        .0
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_added_up() {
        let mut tally = Tally::default();
        for line in [
            "running 12 tests",
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
            "SKIPPED omniglot check: shards_equal_the_archives",
            "SKIPPED python check: exported_files_are_read_by_python",
            "SKIPPED python check: files_of_python_are_read",
            "SKIPPED axe check: no_page_has_barriers",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 filtered out; finished in 0.01s",
            "a test printed: test result: ok. 7 passed; 0 failed",
        ] {
            tally.read(line);
        }
        assert_eq!(
            tally,
            Tally {
                passed: 15,
                without_omniglot: 1,
                without_python: 2,
                without_axe: 1,
            }
        );
    }
}
