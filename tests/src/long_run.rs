//! A long run of training in the app's page, and what it takes.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::Result;
use crate::page::{Look, Page, wait};
use crate::training::{hold_nothing_out, number, set};

/// Longer than any run that is worth waiting for.
const LIMIT: Duration = Duration::from_secs(3600);

/// How a run stands.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Reading {
    /// Steps so far.
    pub step: f64,
    /// Since the run was started, seconds.
    pub seconds: f64,
    /// Memory of the worker, bytes.
    pub worker: f64,
    /// Memory of the graphics device, bytes; zero without one.
    pub device: f64,
}

/// Starts a run on the page of the training, of batches of six images, and reads it after every tenth
/// of its steps and at its end.
///
/// # Errors
/// When the page doesn't do as it should.
pub fn run(page: &Page<'_>, steps: u32) -> Result<Vec<Reading>> {
    hold_nothing_out(page)?;
    set(page, "finetune-characters", 3)?;
    let start = Instant::now();
    page.click("finetune-start")?;
    let read = |step| -> Result<Reading> {
        Ok(Reading {
            step,
            seconds: start.elapsed().as_secs_f64(),
            worker: number(page, "finetune-memory", "data-worker")?,
            device: number(page, "finetune-memory", "data-device")?,
        })
    };
    let mut readings: Vec<Reading> = Vec::new();
    wait("the run", LIMIT, || {
        let step = number(page, "finetune-step", "data-step")?;
        if step >= (readings.len() + 1) as f64 * f64::from(steps) / 10.0 {
            let reading = read(step)?;
            println!(
                "step {step}, {:.0} s: worker {:.1} MB, graphics device {:.1} MB",
                reading.seconds,
                reading.worker / 1e6,
                reading.device / 1e6
            );
            readings.push(reading);
        }
        let state = page.attribute("finetune-step", "data-state")?;
        Ok(match state.as_deref() {
            Some("over") => Look::Done(()),
            other => Look::Not(format!("{other:?} at step {step}")),
        })
    })?;
    if readings
        .last()
        .is_none_or(|last| last.step < f64::from(steps))
    {
        readings.push(read(f64::from(steps))?);
    }
    Ok(readings)
}
