//! Faults of the browser that a person's may have, brought about where a test wants them.
//!
//! JavaScript put before the worker's own, or the page's, changes what the browser gives them; the
//! app's files stay as they are built. A fault that is to come later waits for a word on a channel.

use crate::server::{Instead, Server};
use serde_json::json;

use crate::page::Page;
use crate::webdriver::Session;
use crate::{Error, Result, app};

/// Before the faults of a worker: `when(word, act)` acts when the test says the word. The channel is
/// kept, or it would be collected as rubbish.
const CHANNEL: &str = "const channel = globalThis.faults = new BroadcastChannel('faults');\
    const when = (word, act) => channel.addEventListener('message', event => {\
    if (event.data === word) act(); });";

/// Puts JavaScript before the worker's own.
///
/// # Errors
/// When there is no built app.
pub fn in_worker(server: &Server, script: &str) -> Result<()> {
    let file = app::file("engine/worker-", ".js")?;
    let own = app::bytes(&file)?;
    let mut bytes = format!("{{ {CHANNEL}\n{script} }}\n").into_bytes();
    bytes.extend_from_slice(&own);
    server.replace(&file, Instead::Bytes(bytes));
    Ok(())
}

/// Puts JavaScript before the page's own, in every document that is opened from now on; Chromium
/// only.
///
/// # Errors
/// When the browser refuses.
pub fn in_page(session: &Session, script: &str) -> Result<()> {
    session
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            &json!({ "source": script }),
        )
        .map(drop)
}

/// JavaScript before the page's own: as long as `window.hurries` is true, half a minute and more of patience passes in
/// a second.
pub const HURRY: &str = "const own = setTimeout; window.hurries = true;\
    window.setTimeout = (act, time, ...more) =>\
    own(act, window.hurries && time >= 30000 ? 1000 : time, ...more);";

/// Patience is as the page means it again: what works may be slow.
///
/// # Errors
/// When the browser fails.
pub fn no_hurry(page: &Page<'_>) -> Result<()> {
    let script = "window.hurries = false";
    page.session().run(script, &[]).map(drop)
}

/// Says a word to the worker's faults.
///
/// # Errors
/// When the browser fails.
pub fn say(page: &Page<'_>, word: &str) -> Result<()> {
    let script = "new BroadcastChannel('faults').postMessage(arguments[0])";
    page.session().run(script, &[json!(word)]).map(drop)
}

/// Forgets everything that the browser has kept of the app.
///
/// # Errors
/// When the browser refuses; Chromium only.
pub fn forget(session: &Session, server: &Server) -> Result<()> {
    session.go("about:blank")?;
    let url = server.url();
    let origin: String = url.split('/').take(3).collect::<Vec<_>>().join("/");
    let types = json!({ "origin": origin, "storageTypes": "all" });
    session.devtools("Storage.clearDataForOrigin", &types)?;
    session
        .devtools("Network.clearBrowserCache", &json!({}))
        .map(drop)
}

/// Serves a program of the engine, as `relaxed-engine` or `relaxed-cpu`, with memory that ends at so many bytes, as on a small
/// device.
///
/// # Errors
/// When there is no built app, or its module has no memory of its own.
pub fn little_memory(server: &Server, program: &str, bytes: u64) -> Result<()> {
    let file = app::file(&format!("engine/{program}-"), "_bg.wasm")?;
    let module = app::bytes(&file)?;
    let limited = with_memory_limit(&module, bytes >> 16)
        .ok_or_else(|| Error::Setting(format!("{file} has no memory that can be limited")))?;
    server.replace(&file, Instead::Bytes(limited));
    // The worker would not believe such a file; where digests can't be had, it must.
    let script = "const { crypto } = globalThis;\
        const value = { getRandomValues: array => crypto.getRandomValues(array) };\
        Object.defineProperty(globalThis, 'crypto', { value });";
    in_worker(server, script)
}

/// The module with a maximum of so many pages of 64 KiB for its memory (WebAssembly core
/// specification, 5.5.8: section 5 is a vector of limits, flag 0 or 1, minimum, maximum).
fn with_memory_limit(module: &[u8], pages: u64) -> Option<Vec<u8>> {
    let mut at = 8;
    while at < module.len() {
        let section = at;
        let id = *module.get(at)?;
        at += 1;
        let size = usize::try_from(read(module, &mut at)?).ok()?;
        let (body, end) = (at, at + size);
        if id == 5 {
            let mut at = body;
            let count = read(module, &mut at)?;
            let flags = read(module, &mut at)?;
            let least = read(module, &mut at)?;
            if count != 1 || flags > 1 || least > pages {
                return None;
            }
            let mut limits = vec![1, 1];
            write(&mut limits, least);
            write(&mut limits, pages);
            let mut limited = module[..section].to_vec();
            limited.push(5);
            write(&mut limited, limits.len() as u64);
            limited.extend(limits);
            limited.extend(module.get(end..)?);
            return Some(limited);
        }
        at = end;
    }
    None
}

/// An unsigned LEB128 number (5.2.2).
fn read(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 127) << shift;
        if byte < 128 {
            return Some(value);
        }
    }
    None
}

fn write(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 128 {
        bytes.push((value & 127) as u8 | 128);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// JavaScript before each worker's own: it tells its name.
pub const TELLS_OF_ITSELF: &str = "new BroadcastChannel('workers').postMessage(self.name);";

/// JavaScript before each worker's own: the browser has no relaxed SIMD.
pub const NO_RELAXED_SIMD: &str = "WebAssembly.validate = () => false;";

/// JavaScript before the page's own: it counts the helpers on further cores.
pub const HEARS_OF_WORKERS: &str = "window.helpers = 0;\
    window.hears = new BroadcastChannel('workers');\
    hears.onmessage = event => { helpers += event.data === 'helper-cpu'; };";

/// How many helpers on further cores were started.
///
/// # Errors
/// When the browser does not answer.
pub fn helpers(page: &Page<'_>) -> Result<u64> {
    let count = page.session().run("return window.helpers", &[])?;
    Ok(count.as_u64().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_is_limited() {
        // An empty type section, a memory of 2 pages, and something after it.
        let module = [
            0, 97, 115, 109, 1, 0, 0, 0, 1, 1, 0, 5, 3, 1, 0, 2, 10, 1, 0,
        ];
        let limited = with_memory_limit(&module, 300).unwrap_or_default();
        let expected = [
            0, 97, 115, 109, 1, 0, 0, 0, 1, 1, 0, 5, 5, 1, 1, 2, 0xac, 2, 10, 1, 0,
        ];
        assert_eq!(limited, expected);
        assert_eq!(with_memory_limit(&module, 1), None);
        assert_eq!(with_memory_limit(&module[..11], 300), None);
    }
}
