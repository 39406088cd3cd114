//! How often WebGPU is called: launches, uploads, submissions and reads, which cost more than what they compute where a
//! graphics device is fast.

use std::time::Duration;

use crate::server::Server;
use serde::Deserialize;

use crate::page::{Look, Page, wait};
use crate::{Error, Result, faults};

/// JavaScript before each worker's own: it counts calls of WebGPU, and answers whoever asks on the channel.
const COUNTS: &str = "const calls = { dispatches: 0, uploads: 0, uploaded: 0, submissions: 0, reads: 0 };\
    const counted = (type, name, count) => {\
        const own = globalThis[type]?.prototype[name];\
        if (own) globalThis[type].prototype[name] = function (...given) {\
            count(given); return own.apply(this, given); };\
    };\
    counted('GPUComputePassEncoder', 'dispatchWorkgroups', () => calls.dispatches += 1);\
    counted('GPUComputePassEncoder', 'dispatchWorkgroupsIndirect', () => calls.dispatches += 1);\
    counted('GPUQueue', 'submit', () => calls.submissions += 1);\
    counted('GPUQueue', 'writeBuffer', ([, , data, , size]) => {\
        calls.uploads += 1; calls.uploaded += size ?? data.byteLength; });\
    counted('GPUBuffer', 'mapAsync', () => calls.reads += 1);\
    const asked = new BroadcastChannel('graphics');\
    asked.onmessage = ({ data }) => data === 'calls?' && asked.postMessage(calls);";

/// Longest wait for an answer: the worker may be at work.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// Calls of WebGPU since the worker of graphics was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Calls {
    /// Launches of a kernel.
    pub dispatches: u64,
    /// Writes of the queue into buffers.
    pub uploads: u64,
    /// Bytes of these.
    pub uploaded: u64,
    /// Submissions of commands.
    pub submissions: u64,
    /// Buffers that were mapped, to be read.
    pub reads: u64,
}

impl Calls {
    /// Those since the earlier count.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        Self {
            dispatches: self.dispatches - earlier.dispatches,
            uploads: self.uploads - earlier.uploads,
            uploaded: self.uploaded - earlier.uploaded,
            submissions: self.submissions - earlier.submissions,
            reads: self.reads - earlier.reads,
        }
    }
}

/// Makes workers count from their start on.
///
/// # Errors
/// When there is no built app.
pub fn count(server: &Server) -> Result<()> {
    faults::in_worker(server, COUNTS)
}

/// What the worker that calls WebGPU has counted, once it is at rest.
///
/// # Errors
/// When none answers that has called it.
pub fn calls(page: &Page<'_>) -> Result<Calls> {
    let script = "const asks = window.asksGraphics ??= new BroadcastChannel('graphics');\
        asks.onmessage = ({ data }) => { if (data.dispatches) window.graphicsCalls = data; };\
        window.graphicsCalls = null; asks.postMessage('calls?');";
    page.session().run(script, &[])?;
    wait("counts of WebGPU's calls", ANSWER_LIMIT, || {
        let found = page.session().run("return window.graphicsCalls", &[])?;
        if found.is_null() {
            return Ok(Look::Not("no answer".to_owned()));
        }
        serde_json::from_value(found)
            .map(Look::Done)
            .map_err(|error| Error::Setting(error.to_string()))
    })
}
