//! Official drawings, drawn again on the page's pad: support set by support set, query by query.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use twinglyph_core::alphabet::character_id;
use twinglyph_core::ink::{Ink, Pen, Point, Stroke, rasterise};
use twinglyph_core::omniglot::StrokeDrawing;

use crate::gesture::{Path, Pointer, Square};
use crate::native::Question;
use crate::page::{Look, Page, wait};
use crate::{Error, Result, app};

/// Least distance of two points of a stroke, in pixels of the sheet: each point costs a browser time,
/// and what the page took is compared, not what a drawer meant.
const SPACING: f64 = 6.0;

/// A shard comes from this machine; what takes longer does not come.
const ALPHABET_LIMIT: Duration = Duration::from_secs(60);

/// A device's closer look at the support set gives one further ranking.
const RANKING_LIMIT: Duration = Duration::from_secs(60);

/// One drawing and what the page made of it.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The same question for the native network.
    pub question: Question,
    /// The class that is right.
    pub right: usize,
    /// The page's best match.
    pub best: usize,
    /// How many ways the page saw the drawings in.
    pub views: u32,
    /// From the pen's lifting to the ranking on the screen, milliseconds, by the page's clock.
    pub milliseconds: f64,
}

/// How a replay is done.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Number of drawings.
    pub queries: usize,
    /// Drawings to a support set, at most.
    pub per_set: usize,
    /// What draws.
    pub pointer: Pointer,
}

/// Draws as planned and gives the page's answers.
///
/// The support sets go through the alphabets in turn, each time with other drawers, so the plan
/// decides alone what is drawn.
///
/// # Errors
/// When the page does not answer, or the drawings don't suffice.
pub fn replay(page: &Page<'_>, drawings: &[StrokeDrawing], plan: Plan) -> Result<Vec<Answered>> {
    let names: BTreeSet<&str> = drawings.iter().map(|d| d.alphabet.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let mut answered = Vec::new();
    let mut round = 0usize;
    while answered.len() < plan.queries {
        let Some(&name) = names.get(round % names.len().max(1)) else {
            return Err(Error::Setting("there are no drawings to replay".into()));
        };
        // Two different drawers out of 20, another pair each round.
        let drawers = (round % 20, (round + 7) % 20);
        let wanted = plan.per_set.min(plan.queries - answered.len());
        let characters = choose(page, name, drawers.0)?;
        let alphabet = app::alphabet(name)?;
        let support: Vec<_> = characters
            .iter()
            .filter_map(|&character| alphabet.drawing(character, drawers.0).cloned())
            .collect();
        for (right, &character) in characters.iter().enumerate().take(wanted) {
            let drawing = drawings.iter().find(|drawing| {
                drawing.alphabet == name
                    && usize::from(drawing.character) == character
                    && usize::from(drawing.drawer) == drawers.1
            });
            let Some(drawing) = drawing else {
                return Err(Error::Setting(format!(
                    "no strokes of {} by drawer {}",
                    character_id(name, character),
                    drawers.1 + 1
                )));
            };
            let pad = page.pad()?;
            let paths = pad.paths(&drawing.pen.0, SPACING);
            let (best, views, milliseconds) = draw(page, plan.pointer, &paths)?;
            let drawn = ink(&pad, &paths);
            let taken = page.ink()?;
            if !alike(&drawn, &taken) {
                return Err(Error::Setting(format!(
                    "{}: {drawn:?} was drawn and {taken:?} taken",
                    character_id(name, character)
                )));
            }
            let best = characters
                .iter()
                .position(|&character| character_id(name, character) == best)
                .ok_or_else(|| {
                    Error::Setting(format!("the best match {best} is not in the support set"))
                })?;
            let question = Question {
                support: support.clone(),
                query: rasterise(&taken, Pen::OMNIGLOT),
            };
            answered.push(Answered {
                question,
                right,
                best,
                views,
                milliseconds,
            });
        }
        round += 1;
    }
    Ok(answered)
}

/// Makes a 20-way support set by this drawer, from 0; the numbers of its characters.
///
/// # Errors
/// When the page has no such alphabet, or does not lay it out.
pub fn choose(page: &Page<'_>, alphabet: &str, drawer: usize) -> Result<Vec<usize>> {
    page.choose("alphabet-select", alphabet)?;
    page.tick("ways-twenty")?;
    let prefix = format!("{alphabet}/");
    wait("the alphabet's support set", ALPHABET_LIMIT, || {
        let support = page.support()?;
        Ok(
            if support.iter().all(|id| id.starts_with(&prefix)) && !support.is_empty() {
                Look::Done(())
            } else {
                Look::Not(format!("{support:?}, error: {:?}", page.text("error")?))
            },
        )
    })?;
    page.choose("drawer-select", &(drawer + 1).to_string())?;
    page.settle()?;
    page.support()?.iter().map(|id| number(id)).collect()
}

/// Draws on blank paper; the best match's character, by how many views that is, and the time to it in
/// milliseconds.
///
/// # Errors
/// When the page does not answer.
pub fn draw(page: &Page<'_>, pointer: Pointer, paths: &[Path]) -> Result<(String, u32, f64)> {
    page.clear()?;
    page.wait_for_strokes(0)?;
    page.settle()?;
    page.draw(pointer, paths)?;
    page.wait_for_strokes(paths.len())?;
    let after = page.settle()?;
    // A ranking by more views may take the place of the first at any moment.
    let (best, views) = wait("a ranking that stays", RANKING_LIMIT, || {
        let views = page.views()?;
        let best = page.matches()?.into_iter().next();
        Ok(if page.views()? == views {
            Look::Done((best, views))
        } else {
            Look::Not("it was replaced".to_owned())
        })
    })?;
    match (best, after.last_ms) {
        (Some(best), Some(milliseconds)) => Ok((best.character, views, milliseconds)),
        _ => Err(Error::Setting("the page shows no ranking".into())),
    }
}

/// What the page should understand of these paths.
#[must_use]
pub fn ink(pad: &Square, paths: &[Path]) -> Ink {
    let strokes = pad.strokes(paths).into_iter().map(|stroke| Stroke {
        points: stroke.iter().map(|&[x, y]| Point::at(x, y)).collect(),
    });
    Ink {
        strokes: strokes.collect(),
    }
}

/// Are these the same points? The page keeps them to a hundredth of the sheet's pixel.
fn alike(drawn: &Ink, taken: &Ink) -> bool {
    let near = |a: &Point, b: &Point| (a.x - b.x).abs() < 0.011 && (a.y - b.y).abs() < 0.011;
    let same = |a: &Stroke, b: &Stroke| {
        a.points.len() == b.points.len() && a.points.iter().zip(&b.points).all(|(a, b)| near(a, b))
    };
    drawn.strokes.len() == taken.strokes.len()
        && (drawn.strokes.iter().zip(&taken.strokes)).all(|(a, b)| same(a, b))
}

/// Median of the answers' times, milliseconds.
#[must_use]
pub fn median(answered: &[Answered]) -> f64 {
    let mut times: Vec<f64> = answered.iter().map(|answer| answer.milliseconds).collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Prints what a replay gave.
pub fn report(device: &str, answered: &[Answered], start: Instant) {
    let wrong = answered.iter().filter(|a| a.best != a.right).count();
    println!(
        "FIGURE {device}: {} drawings in {:.0} s, {wrong} of them ranked wrongly; pen-up to ranking \
         {:.0} ms (median)",
        answered.len(),
        start.elapsed().as_secs_f64(),
        median(answered)
    );
}

/// The number of a character, from 0, in its name: 6 of `Korean/character07`.
fn number(id: &str) -> Result<usize> {
    id.rsplit_once("/character")
        .and_then(|(_, number)| number.parse::<usize>().ok())
        .and_then(|number| number.checked_sub(1))
        .ok_or_else(|| Error::Setting(format!("{id} is no character's name")))
}

/// Draws a cross on the pad, and gives the best match.
///
/// # Errors
/// When the page does not answer.
pub fn cross(page: &Page<'_>) -> Result<String> {
    Ok(timed_cross(page)?.0)
}

/// As [`cross`], with the milliseconds from pen-up to the ranking.
///
/// # Errors
/// When the page does not answer.
pub fn timed_cross(page: &Page<'_>) -> Result<(String, f64)> {
    let sheet = [
        vec![[50.0, 20.0, 0.0], [51.0, 50.0, 0.0], [52.0, 80.0, 0.0]],
        vec![[20.0, 50.0, 0.0], [50.0, 49.0, 0.0], [80.0, 48.0, 0.0]],
    ];
    let paths = page.pad()?.paths(&sheet, 0.0);
    let (best, _, milliseconds) = draw(page, Pointer::Mouse, &paths)?;
    Ok((best, milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_names() {
        assert!(matches!(number("Japanese_(katakana)/character07"), Ok(6)));
        assert!(number("Korean").is_err() && number("Korean/character00").is_err());
    }
}
