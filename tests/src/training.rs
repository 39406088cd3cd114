//! The page of the training as a test uses it: what it is set to, where its run is.

use std::time::Duration;

use serde_json::{Value, json};

use crate::Result;
use crate::browser::Browser;
use crate::page::{Look, Page, wait};

/// A few steps on a busy machine.
pub const LIMIT: Duration = Duration::from_secs(240);

/// Opens the page with `compact` and the last invented alphabet chosen, and so many steps of a small batch.
///
/// # Errors
/// When the page does not come so far.
pub fn open<'a>(browser: &'a Browser, url: &str, steps: u32) -> Result<Page<'a>> {
    let page = Page::open(browser, &format!("{url}#/train"))?;
    page.first_ranking()?;
    page.wait_for("finetune-start", "the page of the training", LIMIT)?;
    page.choose("finetune-from", "compact")?;
    choose_invented(&page)?;
    set(&page, "finetune-steps", steps)?;
    set(&page, "finetune-characters", 5)?;
    Ok(page)
}

/// Chooses the last invented alphabet to learn from, and no other.
///
/// # Errors
/// When the page has none.
pub fn choose_invented(page: &Page<'_>) -> Result<()> {
    let open = "document.querySelector('[data-testid=finetune-alphabets]').open = true";
    page.session().run(open, &[])?;
    wait("the invented alphabets", LIMIT, || {
        let script = "const boxes = document.querySelectorAll('input[data-alphabet]');\
            if (!boxes.length) return false; const box = boxes[boxes.length - 1];\
            boxes.forEach(one => one.checked !== (one === box) && one.click()); return true;";
        Ok(match page.session().run(script, &[])? {
            Value::Bool(true) => Look::Done(()),
            other => Look::Not(other.to_string()),
        })
    })
}

/// Goes to the page of the training and begins a run of `compact`, of so many steps of six images on an invented
/// alphabet, with nothing held out.
///
/// # Errors
/// When the page does not come so far.
pub fn begin(page: &Page<'_>, steps: u32) -> Result<()> {
    page.session().run("location.hash = '#/train'", &[])?;
    page.wait_for("finetune-start", "the page of the training", LIMIT)?;
    page.choose("finetune-from", "compact")?;
    choose_invented(page)?;
    hold_nothing_out(page)?;
    set(page, "finetune-characters", 3)?;
    set(page, "finetune-steps", steps)?;
    page.click("finetune-start")
}

/// Holds no alphabet out: a run is not validated then, which takes software GPUs a minute.
///
/// # Errors
/// When the browser does not answer.
pub fn hold_nothing_out(page: &Page<'_>) -> Result<()> {
    let script = "document.querySelectorAll('input[data-held-out]')\
        .forEach(box => box.checked && box.click());";
    page.session().run(script, &[]).map(drop)
}

/// Fills in a number of the form.
///
/// # Errors
/// When the browser does not answer.
pub fn set(page: &Page<'_>, handle: &str, value: u32) -> Result<()> {
    let script = "const field = document.querySelector(`[data-testid=${arguments[0]}]`);\
        field.value = arguments[1]; field.dispatchEvent(new Event('change', { bubbles: true }));";
    page.session().run(script, &[json!(handle), json!(value)])?;
    Ok(())
}

/// Waits for the run to be `idle`, `going`, `paused`, `over` or `lost`.
///
/// # Errors
/// When it is not in time.
pub fn state(page: &Page<'_>, wanted: &str) -> Result<()> {
    wait(&format!("the run to be {wanted}"), LIMIT, || {
        let state = page
            .attribute("finetune-step", "data-state")?
            .unwrap_or_default();
        Ok(if state == wanted {
            Look::Done(())
        } else {
            Look::Not(format!(
                "{state}: {:?}, {:?}",
                page.text("finetune-step")?,
                page.text("finetune-told")?
            ))
        })
    })
}

/// The number in an attribute; not a number where there is none.
///
/// # Errors
/// When the browser does not answer.
pub fn number(page: &Page<'_>, handle: &str, attribute: &str) -> Result<f64> {
    let text = page.attribute(handle, attribute)?.unwrap_or_default();
    Ok(text.parse().unwrap_or(f64::NAN))
}

/// Waits until more steps than these are done.
///
/// # Errors
/// When they are not in time.
pub fn step_beyond(page: &Page<'_>, step: f64) -> Result<()> {
    wait("the run to go on", LIMIT, || {
        let now = number(page, "finetune-step", "data-step")?;
        Ok(if now > step {
            Look::Done(())
        } else {
            Look::Not(now.to_string())
        })
    })
}

/// Step and loss of every reading.
///
/// # Errors
/// When the page has no such curve.
pub fn losses(page: &Page<'_>) -> Result<Vec<(u32, f64)>> {
    let script = "const figure = document.querySelector('[data-testid=plot-training-loss]')\
        .closest('figure');\
        return [...figure.querySelectorAll('tr')].map(row =>\
        [...row.children].map(cell => Number(cell.textContent)));";
    let rows = page.session().run(script, &[])?;
    let row = |row: &Value| Some((row[0].as_u64()? as u32, row[1].as_f64()?));
    Ok(rows
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(row)
        .collect())
}

/// Where the page tells what failed: the class of the section of each such message, or none of one in the
/// head.
///
/// # Errors
/// When the browser does not answer.
pub fn refusals(page: &Page<'_>) -> Result<Value> {
    let script = "return [...document.querySelectorAll('[data-testid=error]')]\
        .map(one => one.closest('section')?.className ?? null);";
    page.session().run(script, &[])
}
