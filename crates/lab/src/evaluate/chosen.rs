//! Which measures are chosen, and which options they take. An option that none of them takes is refused: its value
//! would be believed to stand behind the numbers.

use super::args::Args;
use crate::network::Looks;
use crate::usage::Usage;

/// The measures that are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) runs: bool,
    pub(super) within: bool,
    pub(super) across: bool,
    pub(super) exact: bool,
    pub(super) verification: bool,
    pub(super) calibration: bool,
    pub(super) robustness: bool,
    pub(super) none: bool,
    pub(super) shots: bool,
    pub(super) sweep: bool,
    pub(super) mnist: bool,
    pub(super) fit_exit: bool,
    /// On the alphabets to measure on, or on those to fit on.
    pub(super) look_alikes: bool,
}

/// An option: its name, whether it is given, whether a chosen measure takes it, and which do.
type Taken = (&'static str, bool, bool, &'static str);

const OF_TRIALS: &str = "--runs, --within, --across and --mnist";

impl Chosen {
    /// What the arguments ask for; the default measures where they ask for none. The official trials are of the
    /// `official` alphabets alone.
    pub(super) fn of(args: &Args, official: bool) -> Self {
        let asked = Self {
            runs: args.runs,
            within: args.within,
            across: args.across,
            exact: args.exact,
            verification: args.verification,
            calibration: args.calibration,
            robustness: args.robustness,
            none: args.none,
            shots: args.shots.is_some(),
            sweep: args.sweep,
            mnist: args.mnist.is_some(),
            fit_exit: args.fit_exit,
            look_alikes: args.look_alikes || args.fit_look_alikes,
        };
        if asked != Self::default() {
            return asked;
        }
        Self {
            runs: official,
            within: true,
            across: true,
            verification: true,
            ..asked
        }
    }

    /// Trials that are answered one by one, and can be written one by one.
    pub(super) fn of_trials(self) -> bool {
        self.runs || self.within || self.across || self.mnist
    }

    /// Pairs.
    pub(super) fn of_pairs(self) -> bool {
        self.verification || self.calibration
    }

    /// Trials within alphabets that are asked in other ways.
    pub(super) fn of_variants(self) -> bool {
        self.robustness || self.none || self.shots
    }

    /// Is a number of trials or pairs drawn?
    pub(super) fn takes_trials(self) -> bool {
        let drawn = self.within || self.across || self.mnist || self.fit_exit;
        drawn || self.look_alikes || self.of_pairs() || self.of_variants()
    }

    /// Is N free?
    pub(super) fn takes_ways(self) -> bool {
        let drawn = self.within || self.across || self.exact || self.fit_exit;
        drawn || self.look_alikes || self.of_variants()
    }

    /// Is anything drawn at random?
    pub(super) fn takes_seed(self) -> bool {
        self.takes_trials() || self.sweep
    }

    /// Are there rates by alphabet?
    fn takes_by_alphabet(self) -> bool {
        self.of_trials() || self.exact || self.verification || self.of_variants()
    }

    /// Refuses each option that no chosen measure takes, and folders where a file is to be written.
    ///
    /// # Errors
    /// Naming the first of them, and what takes it.
    pub(super) fn check(self, args: &Args) -> Result<(), Usage> {
        let options: [Taken; 7] = [
            (
                "--trials",
                args.trials.is_some(),
                self.takes_trials(),
                "all measures but --runs, --exact and --sweep",
            ),
            (
                "--ways",
                args.ways.is_some(),
                self.takes_ways(),
                "--within, --across, --exact, --robustness, --none, --shots, --look-alikes, --fit-look-alikes and \
                 --fit-exit",
            ),
            (
                "--seed",
                args.seed.is_some(),
                self.takes_seed(),
                "all measures but --runs and --exact",
            ),
            (
                "--against",
                args.against.is_some(),
                self.of_trials(),
                OF_TRIALS,
            ),
            ("--csv", args.csv.is_some(), self.of_trials(), OF_TRIALS),
            ("--wrong", args.wrong.is_some(), self.of_trials(), OF_TRIALS),
            (
                "--by-alphabet",
                args.by_alphabet,
                self.takes_by_alphabet(),
                "all measures but --calibration, --sweep, --look-alikes, --fit-look-alikes and --fit-exit",
            ),
        ];
        for (name, given, takes, takers) in options {
            if given && !takes {
                return Err(Usage(format!(
                    "{name} has no effect on the chosen measures; leave it out, or choose from those that take it: \
                     {takers}"
                )));
            }
        }
        let of_one = self.sweep || self.exact || self.look_alikes;
        let others = self.of_pairs() || of_one || self.robustness || self.shots;
        if args.views == Some(Looks::AsNeeded) && others {
            return Err(Usage(
                "--views as-needed is for --runs, --within, --across, --mnist and --none; choose from these alone"
                    .to_owned(),
            ));
        }
        for (name, file) in [("--csv", &args.csv), ("--plot", &args.plot)] {
            if let Some(path) = file.as_ref().filter(|path| path.is_dir()) {
                let path = path.display();
                return Err(Usage(format!("{path} is a folder; {name} takes a file")));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn args(line: &str) -> Args {
        let words = ["lab"].into_iter().chain(line.split_whitespace());
        Line::try_parse_from(words).unwrap().args
    }

    fn checked(line: &str) -> Result<(), Usage> {
        let args = args(line);
        Chosen::of(&args, true).check(&args)
    }

    #[test]
    fn the_official_trials_are_a_default_of_the_evaluation_set_only() {
        let chosen = Chosen::of(&args(""), true);
        assert!(chosen.runs && chosen.within && chosen.across && chosen.verification);
        assert!(!chosen.exact && !chosen.sweep && !chosen.calibration);
        let chosen = Chosen::of(&args("--background Greek"), false);
        assert!(!chosen.runs && chosen.within);
        let chosen = Chosen::of(&args("--mnist digits"), false);
        assert!(chosen.mnist && !chosen.within && !chosen.of_pairs());
    }

    #[test]
    fn options_without_effect_are_refused_by_name() {
        for (line, name) in [
            ("--runs --ways 5", "--ways"),
            ("--runs --seed 1", "--seed"),
            ("--runs --trials 5", "--trials"),
            ("--verification --ways 5", "--ways"),
            ("--mnist digits --ways 5", "--ways"),
            ("--verification --against other", "--against"),
            ("--exact --seed 1", "--seed"),
            ("--exact --trials 1", "--trials"),
            ("--exact --csv file", "--csv"),
            ("--sweep --trials 5", "--trials"),
            ("--sweep --ways 5", "--ways"),
            ("--sweep --by-alphabet", "--by-alphabet"),
            ("--shots --against other", "--against"),
            ("--none --wrong folder", "--wrong"),
            ("--fit-exit --csv file", "--csv"),
            ("--calibration --by-alphabet", "--by-alphabet"),
            ("--look-alikes --by-alphabet", "--by-alphabet"),
            ("--fit-look-alikes --csv file", "--csv"),
            ("--look-alikes --views as-needed", "--views as-needed"),
            ("--views as-needed", "--views as-needed"),
            ("--views as-needed --exact", "--views as-needed"),
        ] {
            let Err(Usage(text)) = checked(line) else {
                panic!("{line} is taken");
            };
            assert!(text.starts_with(&format!("{name} ")), "{line}: {text}");
        }
    }

    #[test]
    fn options_with_an_effect_on_one_measure_are_taken() {
        for line in [
            "--trials 5 --ways 5 --seed 1 --by-alphabet --csv file --wrong folder --against other",
            "--runs --within --ways 5",
            "--runs --csv file --by-alphabet",
            "--sweep --seed 3",
            "--exact --ways 5 --by-alphabet",
            "--look-alikes --ways 5 --trials 9 --seed 1",
            "--fit-look-alikes --trials 9",
            "--calibration --plot file.svg --trials 9",
            "--shots --trials 5 --by-alphabet",
            "--shots 3,1 --ways 5",
            "--runs --none --views as-needed",
            "--fit-exit --trials 20000 --ways 5 --seed 1",
        ] {
            assert_eq!(checked(line), Ok(()), "{line}");
        }
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        for line in [
            "--trials 0",
            "--trials 1000001",
            "--ways 0",
            "--ways 1",
            "--ways 99999999999",
            "--shots 0",
            "--shots 1,x",
            "--plot file.svg",
            "--calibration --plot file.png",
            "--within --csv -",
            "--sketched",
            "--runs --background Greek",
            "--mnist digits --from folder",
        ] {
            assert!(
                Line::try_parse_from(["lab"].into_iter().chain(line.split(' '))).is_err(),
                "{line}"
            );
        }
    }
}
