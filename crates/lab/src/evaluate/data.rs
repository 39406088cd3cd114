//! Where the alphabets come from that are measured on.

use std::error::Error;

use serde_json::{Value, json};
use twinglyph_core::Alphabet;

use super::args::Args;
use super::mnist;
use crate::{data, provenance, source};

/// Alphabets, and what they are called.
pub(super) struct Data {
    pub(super) alphabets: Vec<Alphabet>,
    /// Are they those that the official trials are of?
    pub(super) are_official: bool,
    /// Which data: `evaluation`, `background`, `mnist`, `ink`, `sketched`, or a folder.
    set: String,
}

/// What the arguments ask for; the evaluation set where they ask for nothing else.
///
/// # Errors
/// When it can't be had, or a name is of no alphabet there.
pub(super) fn load(args: &Args) -> Result<Data, Box<dyn Error>> {
    let other = |set: &str, alphabets| Data {
        alphabets,
        are_official: false,
        set: set.to_owned(),
    };
    let of = |set: &str, data: data::Data| Data {
        are_official: data.are_official(),
        set: match data.origin {
            data::Origin::Omniglot(_) => set.to_owned(),
            data::Origin::Folder(folder) => folder.display().to_string(),
        },
        alphabets: data.alphabets,
    };
    Ok(match (&args.background, &args.mnist) {
        (Some(names), _) => of("background", args.data.background()?.named(names)?),
        (None, Some(folder)) => {
            args.data.check()?;
            other("mnist", vec![mnist::alphabet(folder)?])
        }
        (None, None) if args.ink => {
            let set = if args.sketched { "sketched" } else { "ink" };
            let drawn = source::drawn_alphabets(args.data.from(), args.sketched)?;
            other(set, drawn)
        }
        (None, None) if args.fit_exit || args.fit_look_alikes => {
            of("background", args.data.background()?)
        }
        (None, None) => of("evaluation", args.data.evaluation()?),
    })
}

impl Data {
    /// Which data, in JSON.
    pub(super) fn value(&self) -> Value {
        let names: Vec<&str> = self.alphabets.iter().map(Alphabet::name).collect();
        let characters = self.alphabets.iter().map(Alphabet::characters);
        let drawings = self.alphabets.iter().map(|one| one.drawings().len());
        json!({
            "set": self.set,
            "alphabets": names,
            "characters": characters.sum::<usize>(),
            "drawings": drawings.sum::<usize>(),
            "digest": provenance::digest(&self.alphabets),
        })
    }
}
