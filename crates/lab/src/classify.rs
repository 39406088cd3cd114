//! `lab classify`: ranks the classes of a support set, for pictures of a person's own or for drawings from other programs.
//!
//! With `--support` the classes are a folder's and the queries are files ([`pictures`]); without it both come from
//! standard input ([`lines`]). Ranks as the page does: the score of a class is the mean of its examples' scores.

mod lines;
mod pictures;

use std::cell::OnceCell;
use std::error::Error;
use std::path::PathBuf;

use twinglyph_core::early_exit::EarlyExit;
use twinglyph_core::protocol::Match;
use twinglyph_core::score::Calibration;
use twinglyph_core::support::Support;
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::Values;
use twinglyph_nn::backend::DeviceError;

use crate::network::{self, DeviceName, Looks, Network};

/// What stands below the options in `--help`.
const MORE: &str = "\
Pictures are PNG, JPEG, GIF, BMP or WebP of any size, dark ink on light paper or light on dark. SUPPORT holds CLASS.png, \
or CLASS/DRAWING.png with up to 20 examples of a class. For each IMAGE a table of the classes is printed, the most \
similar first, or with --json an object on one line:
  {\"image\": FILE, \"ranking\": [{\"class\": NAME, \"similarity\": 0 to 1, \"score\": NUMBER}, ...], \"views\": 1 or 8}

Without --support it reads JSON lines from standard input, {\"support\": [DRAWING, ...], \"query\": DRAWING}. A drawing is \
105x105 bits in hexadecimal digits: row by row, the most significant bit first, 1 is ink, 7 bits of 0 at the end. For \
each line it prints one:
  {\"ranking\": [CLASS, ...], \"scores\": [of each class, ...], \"similarities\": [of each class, ...], \"views\": 1 or 8}

Examples:
  lab classify --support letters unknown.png
  lab classify --support letters --json scans/*.png > ranked.jsonl
  lab classify < questions.jsonl";

/// Arguments of `lab classify`.
#[derive(clap::Args)]
#[command(after_help = MORE)]
pub(crate) struct Args {
    /// Pictures to rank the classes for
    #[arg(value_name = "IMAGE", requires = "support")]
    images: Vec<PathBuf>,
    /// Folder of the classes; without it, standard input is read
    #[arg(long, value_name = "DIR", requires = "images")]
    support: Option<PathBuf>,
    /// Print a JSON object a picture instead of a table
    #[arg(long, requires = "support")]
    json: bool,
    /// Weights file, or the name of a built-in one [default: deep]
    #[arg(long, value_name = "FILE", value_parser = network::model)]
    model: Option<PathBuf>,
    /// How many ways each drawing is looked at: 1, 8, or as-needed, as the app ranks [default: the model's]
    #[arg(long, value_name = "N", value_parser = network::looks)]
    views: Option<Looks>,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    device: DeviceName,
}

/// Ranks all pictures, or until the input ends.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let ranker = Ranker::open(args)?;
    match &args.support {
        Some(folder) => pictures::run(&ranker, folder, &args.images, args.json),
        None => lines::run(&ranker),
    }
}

/// What ranks: a network, and how many ways it looks at a drawing.
struct Ranker {
    network: Network,
    all: (Views, Calibration),
    first: Option<EarlyExit>,
}

/// Examples that are embedded at once: bounds memory.
const BATCH: usize = 64;

/// A support set with its embeddings by one view, where that may be enough, and by all once they are asked for.
struct Embedded {
    support: Support,
    drawings: Vec<Bitmap>,
    first: Option<(EarlyExit, Values)>,
    all: OnceCell<Values>,
}

impl Ranker {
    fn open(args: &Args) -> Result<Self, Box<dyn Error>> {
        let path = args.model.clone().unwrap_or_else(network::default_model);
        let (network, metadata) = network::load(&path, &args.device.open()?)?;
        let (views, first) = match args.views {
            Some(Looks::AsNeeded) => (metadata.views, Some(network::early_exit(&path)?)),
            Some(Looks::Always(views)) => (views, None),
            None => (metadata.views, None),
        };
        let views = network.twin().possible(views);
        let calibration = match network::early_exit(&path) {
            // A file's own is of scores by all its views.
            Ok(rule) if views == Views::One => rule.calibration,
            _ => metadata.calibration,
        };
        Ok(Self {
            network,
            all: (views, calibration),
            first,
        })
    }

    /// A support set of examples class by class.
    fn support(&self, classes: Vec<Vec<Bitmap>>) -> Result<Embedded, Box<dyn Error>> {
        let drawings: Vec<Bitmap> = classes.iter().flatten().cloned().collect();
        let support = Support::new(0, classes)?;
        let first = match self.first {
            Some(rule) => Some((rule, self.embed(&drawings, Views::One)?)),
            None => None,
        };
        Ok(Embedded {
            support,
            drawings,
            first,
            all: OnceCell::new(),
        })
    }

    fn embed(&self, drawings: &[Bitmap], views: Views) -> Result<Values, Box<dyn Error>> {
        let parts = drawings.chunks(BATCH / views.count());
        let parts: Result<Vec<Values>, DeviceError> =
            parts.map(|part| self.network.embed(part, views)).collect();
        Ok(Values::concat(&parts?).ok_or("the support set has no drawing")?)
    }

    /// The classes, best first, and by how many views.
    fn rank(&self, set: &Embedded, query: &Bitmap) -> Result<(Vec<Match>, Views), Box<dyn Error>> {
        let by = |views, of: &Values, calibration| -> Result<Vec<Match>, DeviceError> {
            let query = self.network.embed([query], views)?;
            let scores = self.network.twin().scores(&query, of);
            Ok(set.support.rank(&scores, calibration))
        };
        if let Some((rule, embedded)) = &set.first {
            let matches = by(Views::One, embedded, rule.calibration)?;
            let scores: Vec<f32> = matches.iter().map(|one| one.score).collect();
            if rule.exits(&scores) {
                return Ok((matches, Views::One));
            }
        }
        let (views, calibration) = self.all;
        let all = match set.all.get() {
            Some(all) => all,
            None => {
                let all = self.embed(&set.drawings, views)?;
                set.all.get_or_init(|| all)
            }
        };
        Ok((by(views, all, calibration)?, views))
    }
}
