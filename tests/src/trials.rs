//! The page of the trials by its handles: what is asked, what was answered, what is measured.

use std::time::Duration;

use serde_json::{Value, json};

use crate::Result;
use crate::page::{Look, Page, wait};

/// A trial on the screen, with its alphabets fetched.
pub const TRIAL_LIMIT: Duration = Duration::from_secs(60);

/// The longest measure, accuracy against N, on a busy machine.
pub const RUN_LIMIT: Duration = Duration::from_secs(400);

/// Characters of the choices, once the trial is on the screen and can be answered.
///
/// # Errors
/// When it does not come.
pub fn choices(page: &Page<'_>, count: usize) -> Result<Vec<String>> {
    wait("a trial to choose in", TRIAL_LIMIT, || {
        let script = "return [...document.querySelectorAll('[data-testid=trial-choice]')]\
            .map(e => e.dataset.character + '|' + e.getAttribute('aria-disabled'))";
        let found = page.session().run(script, &[])?;
        let found: Vec<&str> = found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let open = found.iter().all(|one| one.ends_with("|false"));
        Ok(if found.len() == count && open {
            let names = found.iter().filter_map(|one| one.split('|').next());
            Look::Done(names.map(str::to_owned).collect())
        } else {
            Look::Not(format!(
                "{} choices, told: {:?}",
                found.len(),
                page.text("trial-told")?
            ))
        })
    })
}

/// Chooses one of the choices, from 0.
///
/// # Errors
/// When there is no such choice.
pub fn pick(page: &Page<'_>, at: usize) -> Result<()> {
    let script = "document.querySelectorAll('[data-testid=trial-choice]')[arguments[0]].click()";
    page.session().run(script, &[json!(at)]).map(drop)
}

/// The result's attributes: the person's, the network's, the right answer.
///
/// # Errors
/// When there is none.
pub fn result(page: &Page<'_>) -> Result<[String; 3]> {
    wait("the result of the trial", TRIAL_LIMIT, || {
        // At one moment: between two looks the result may come.
        let found = page.attributes(
            "trial-result",
            ["data-person", "data-network", "data-answer"],
        )?;
        Ok(if found[1].is_empty() {
            Look::Not(format!("{found:?}"))
        } else {
            Look::Done(found)
        })
    })
}

/// Starts a measure and waits for its end.
///
/// # Errors
/// When it does not end.
pub fn measure(page: &Page<'_>, name: &str) -> Result<()> {
    page.wait_for(&format!("{name}-start"), "the measure", TRIAL_LIMIT)?;
    page.click(&format!("{name}-start"))?;
    finished(page, name)
}

/// Waits for the end of a measure.
///
/// # Errors
/// When it does not end.
pub fn finished(page: &Page<'_>, name: &str) -> Result<()> {
    let handle = format!("{name}-progress");
    wait("the measure to end", RUN_LIMIT, || {
        let state = page.attribute(&handle, "data-state")?.unwrap_or_default();
        Ok(match state.as_str() {
            "done" => Look::Done(()),
            _ => Look::Not(format!("{state}: {:?}", page.text(&handle)?)),
        })
    })
}

/// A number that an element carries.
///
/// # Errors
/// When the browser fails.
pub fn number(page: &Page<'_>, handle: &str, attribute: &str) -> Result<f64> {
    let text = page.attribute(handle, attribute)?.unwrap_or_default();
    Ok(text.parse().unwrap_or(f64::NAN))
}

/// The choices in the official trials that the page or `lab evaluate` tells, from 0.
#[must_use]
pub fn official(choices: &Value) -> Vec<u64> {
    match choices {
        Value::String(text) => text.split(',').filter_map(|one| one.parse().ok()).collect(),
        other => other
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_u64)
            .collect(),
    }
}
