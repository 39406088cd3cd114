//! How long a visit makes a person wait.

use std::time::Duration;

use crate::Result;
use crate::page::Page;

/// When the first contents were painted, milliseconds after the navigation.
const PAINTED: &str =
    "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null";

/// Milliseconds from navigation until something is painted, and until there is a ranking. The page is left alone for
/// so long first.
///
/// # Errors
/// When the browser fails, or there is no ranking.
pub fn waits(page: &Page<'_>, alone: Duration) -> Result<[f64; 2]> {
    std::thread::sleep(alone);
    let ranked = page.first_ranking()?.first_ms.unwrap_or(f64::NAN);
    let painted = page.session().run(PAINTED, &[])?.as_f64();
    Ok([painted.unwrap_or(f64::NAN), ranked])
}

/// The median of an odd number of times; not a number where there are none.
#[must_use]
pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
