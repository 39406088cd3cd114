//! `lab evaluate`: the official trials, N-way trials by seed and without sampling, verification and its calibration,
//! other hands, strangers, more examples, look-alikes, accuracy against N.
//!
//! This file takes the chosen measures one after another; each has a file of its own.

mod alike;
mod answered;
mod args;
mod bootstrap;
mod calibration;
mod chosen;
mod data;
mod document;
mod exact;
mod exit;
mod mnist;
mod montage;
mod outputs;
mod plan;
mod redraw;
mod report;
mod robustness;
mod shots;
mod stranger;
mod sweep;
mod table;
mod told;
mod verification;
mod wrong;

use std::error::Error;

use serde_json::{Map, Value};
use twinglyph_core::rng::Rng;
use twinglyph_core::trial::{self, DrawingRef, Pair, Trial};
use twinglyph_core::{Alphabet, Views};

use self::answered::{Answer, Answerers};
pub(crate) use self::args::Args;
use self::chosen::Chosen;
use self::document::Model;
use self::exit::{Ranker, Rules};
use self::plan::{Measure, Wide};
use self::report::Report;
pub(crate) use self::report::summary;
use crate::measure::{Gallery, MeasureError};
use crate::network::{self, Looks, Network};
use crate::out;
use crate::progress::progress;
use crate::usage::Usage;

/// A network, and how many ways it looks at a drawing.
type Scorer<'a> = (&'a Network, Views);

/// Measures and prints.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    out::only_json(args.json);
    let data = data::load(args)?;
    let chosen = Chosen::of(args, data.are_official);
    chosen.check(args)?;
    if chosen.runs && !data.are_official {
        let lacks = "--runs: the official trials are of Omniglot's evaluation set, which these alphabets are not";
        return Err(Usage(lacks.to_owned()).into());
    }
    let path = args.model.clone().unwrap_or_else(network::default_model);
    let device = args.device.open()?;
    let (network, metadata) = network::load(&path, &device)?;
    let views = match args.views {
        Some(Looks::Always(views)) => views,
        _ => metadata.views,
    };
    let scorer: Scorer<'_> = (&network, network.twin().possible(views));
    let early = args.views == Some(Looks::AsNeeded);
    let rules = Rules {
        // A file's own is of scores by all its views.
        all: match network::early_exit(&path) {
            Ok(rule) if views == Views::One => rule.calibration,
            _ => metadata.calibration,
        },
        early: early.then(|| network::early_exit(&path)).transpose()?,
    };
    let alphabets = &data.alphabets[..];
    let report = Report {
        alphabets,
        by_alphabet: args.by_alphabet,
    };
    let measured = match (early, scorer.1.count()) {
        (true, _) => format!("{}, views as needed", path.display()),
        (_, 1) => format!("{}, 1 view", path.display()),
        (_, views) => format!("{}, {views} views", path.display()),
    };
    // What can't be measured is refused before anything is.
    let measures = plan::measures(chosen, args, alphabets)?;
    if chosen.exact || chosen.of_variants() {
        let wide = Wide::of(alphabets, args.ways())?;
        if let Some(shots) = &args.shots {
            shots::possible(shots, alphabets, &wide)?;
        }
    }
    let wrong = outputs::prepare(args)?;
    let mut results = Map::new();
    if chosen.fit_exit {
        let value = exit::fit(scorer, alphabets, args)?;
        results.insert("fit_exit".to_owned(), value);
    }
    if chosen.look_alikes {
        let value = alike::run(scorer, &report, args, rules.all)?;
        results.insert("look_alikes".to_owned(), value);
    }
    if chosen.sweep {
        let value = sweep::run(scorer, &report, args.seed())?;
        results.insert("sweep".to_owned(), value);
    }
    if chosen.exact {
        report.head(&measured);
        let value = exact::run(scorer, &report, args.ways())?;
        results.insert("exact".to_owned(), value);
    }
    if chosen.of_variants() {
        variants(scorer, &report, (chosen, args), rules, &mut results)?;
    }
    if chosen.of_trials() || chosen.of_pairs() {
        report.head(&measured);
        let given = trials(
            scorer,
            &report,
            (chosen, args),
            (&measures, rules),
            &mut results,
        )?;
        let given: Vec<_> = measures.iter().zip(given).collect();
        if let Some(path) = &args.csv {
            table::write(path, alphabets, &given)?;
        }
        if let Some(folder) = wrong {
            folder.write(alphabets, &given)?;
        }
    }
    if args.json {
        let model = Model {
            path: &path,
            network: &network,
            views: scorer.1,
        };
        let value = document::value(&model, &data, (chosen, args), results)?;
        out::json(&value);
    }
    Ok(())
}

/// Takes the measures whose trials within alphabets are asked in other ways.
fn variants(
    scorer: Scorer<'_>,
    report: &Report<'_>,
    (chosen, args): (Chosen, &Args),
    rules: Rules,
    results: &mut Map<String, Value>,
) -> Result<(), Box<dyn Error>> {
    let wide = Wide::of(report.alphabets, args.ways())?;
    let trials = wide.trials(report.alphabets, args)?;
    let mut add = |name: &str, mut value: Value| {
        report.left_out(&wide.left_out, wide.ways, &mut value);
        results.insert(name.to_owned(), value);
    };
    if chosen.robustness {
        report.head(&format!("queries redrawn, {}", wide.title()));
        add(
            "robustness",
            robustness::run(scorer, report, &trials, (args.seed(), rules.all))?,
        );
    }
    if let Some(shots) = &args.shots {
        let shots = shots::possible(shots, report.alphabets, &wide)?;
        report.head(&format!("more examples, {}", wide.title()));
        add(
            "shots",
            shots::run(scorer, report, &trials, (&shots, args.seed()))?,
        );
    }
    if chosen.none {
        let ranker = Ranker::embed(scorer, report.alphabets, (trials.iter(), &[]), rules)?;
        report.head(&format!("none of these, {}", wide.title()));
        add("none", stranger::run(&ranker, report, &trials)?);
    }
    Ok(())
}

/// Takes the measures that are trials or pairs: one embedding a drawing for all of them. Gives the answers to the
/// trials, measure by measure.
fn trials(
    scorer: Scorer<'_>,
    report: &Report<'_>,
    (chosen, args): (Chosen, &Args),
    (measures, rules): (&[Measure], Rules),
    results: &mut Map<String, Value>,
) -> Result<Vec<Vec<Answer>>, Box<dyn Error>> {
    let alphabets = report.alphabets;
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
    let pairs = if chosen.of_pairs() {
        trial::pairs(
            alphabets,
            args.trials() as usize,
            &mut Rng::new(args.seed()),
        )?
    } else {
        Vec::new()
    };
    let trials = measures.iter().flat_map(|measure| &measure.trials);
    let ranker = Ranker::embed(scorer, alphabets, (trials.clone(), &pairs), rules)?;
    let other = other.as_ref().map(|(network, views)| {
        let scorer = (network, network.twin().possible(*views));
        gallery(scorer, alphabets, trials, &[])
    });
    let answerers = Answerers {
        ranker,
        views: scorer.1,
        other: other.transpose()?,
    };
    let given = answered::run(&answerers, measures, report, results)?;
    if pairs.is_empty() {
        return Ok(given);
    }
    let scores = answerers.ranker.verify(&pairs)?;
    if chosen.verification {
        let value = verification::run(report, (&scores, &pairs), rules.all);
        results.insert("verification".to_owned(), value);
    }
    if chosen.calibration {
        let same: Vec<bool> = pairs.iter().map(|pair| pair.same).collect();
        let value = calibration::run(&scores, &same, rules.all, args.plot.as_deref())?;
        results.insert("calibration".to_owned(), value);
    }
    Ok(given)
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
