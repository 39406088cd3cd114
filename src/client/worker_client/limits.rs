//! How long the page waits for its worker, for what, and why so long.

/// Longest silence of a new worker whose script runs, milliseconds. The script itself gives a download
/// up that stalls, earlier than this; what is left is a module that doesn't start.
pub(super) const BOOT_LIMIT: f64 = 30_000.0;

/// Longest wait for a new worker's script to run, and in it for the next part of a file, milliseconds: the
/// person is to be told within 5 s. Doubled after each worker that did not come so far, as a slow
/// network's pauses may be longer.
pub(super) const STALL_LIMIT: f64 = 4_000.0;

/// Once [`STALL_LIMIT`] has grown by more than this, no further worker is tried.
pub(super) const STALLS_MOST: f64 = 4.0;

/// Longest silence while the model loads and devices are tried, milliseconds. A software GPU
/// compiles its shaders within it (4.2 s measured on lavapipe, several times that on SwiftShader).
pub(super) const START_LIMIT: f64 = 60_000.0;

/// Longest wait for an embedded support set, milliseconds: 55 characters at 0.3 s each, the
/// slowest software GPU seen, take 17 s.
pub(super) const SUPPORT_LIMIT: f64 = 30_000.0;

/// Longest wait for a ranking or a pong, milliseconds; a device that would need more than 1.5 s for
/// all views of a drawing takes one (`engine::device`).
pub(super) const ANSWER_LIMIT: f64 = 10_000.0;

/// The same on a fast device: a hang is to be over, with a new worker, within 5 s, and a worker that
/// has to share its core with much else is not to be taken for one.
pub(super) const ANSWER_LIMIT_LEAST: f64 = 3_000.0;

/// Longest wait for an answer on a device that embeds one view of a drawing in so many
/// milliseconds: ten times what eight views take.
pub(super) fn answer_limit(milliseconds: f32) -> f64 {
    (80.0 * f64::from(milliseconds)).clamp(ANSWER_LIMIT_LEAST, ANSWER_LIMIT)
}

/// Longest silence while drawings of a trial are compared, milliseconds: a batch of 32 at 0.3 s
/// each, the slowest software GPU seen, takes 10 s, and a matrix of 60 x 60 scores as long again.
pub(super) const SCORES_LIMIT: f64 = 60_000.0;

/// Longest step of training, milliseconds, more than 10 times what lavapipe needs for one of 40
/// images.
pub(super) const STEP_LIMIT: f64 = 60_000.0;

/// An idle worker is asked for a sign of life this often, milliseconds.
pub(super) const PING_EVERY: f64 = 10_000.0;

/// So many crashes within [`CRASH_WINDOW`] and the client stops trying.
pub(super) const CRASHES_MOST: usize = 3;

/// Milliseconds over which crashes are counted.
pub(super) const CRASH_WINDOW: f64 = 60_000.0;

/// Longest step of the clock that counts, milliseconds. A page that was asleep must not take its
/// own sleep for the worker's silence.
pub(super) const LONGEST_TICK: f64 = 1_000.0;
