//! Browsers with the devices that the tests need, each with its own driver process.
//!
//! A browser that is dropped is closed, and its driver ended.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};
use xtask::browsers::Browsers;

use crate::webdriver::Session;
use crate::{Error, Result};

/// Drivers say within a second where they listen, on a busy machine within a few.
const START_LIMIT: Duration = Duration::from_secs(30);

/// Most attempts to start a driver.
const STARTS: u32 = 3;

/// Which browser, on which device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium as headless machines have it: `navigator.gpu` without an adapter.
    ChromiumWithoutGpu,
    /// Chromium with WebGPU on SwiftShader, its software renderer.
    ChromiumSwiftShader,
    /// Firefox with WebGPU on lavapipe, Mesa's software Vulkan: several times faster.
    FirefoxLavapipe,
    /// Firefox that hides from pages what would make it known: what they draw, and graphics devices.
    FirefoxResisting,
}

/// An open browser.
#[derive(Debug)]
pub struct Browser {
    // Dropped in this order: the window closes while its driver still lives.
    session: Session,
    _driver: Driver,
}

impl Browser {
    /// Opens a browser.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub fn open(kind: Kind) -> Result<Self> {
        Self::start(kind, "normal")
    }

    /// Opens a browser whose commands don't wait for a page that never finishes to load.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub fn impatient(kind: Kind) -> Result<Self> {
        Self::start(kind, "none")
    }

    fn start(kind: Kind, strategy: &str) -> Result<Self> {
        let browsers = Browsers::from_environment()?;
        let driver = match kind {
            Kind::FirefoxLavapipe | Kind::FirefoxResisting => Driver::start(
                Command::new(&browsers.geckodriver)
                    .args(["--port", "0", "--websocket-port", "0"])
                    .env("VK_ICD_FILENAMES", &browsers.lavapipe)
                    .env("MOZ_HEADLESS", "1"),
            )?,
            _ => Driver::start(Command::new(&browsers.chromedriver).arg("--port=0"))?,
        };
        let mut wanted = capabilities(kind, &browsers);
        wanted["pageLoadStrategy"] = strategy.into();
        let session = Session::open(&driver.url, &wanted)?;
        Ok(Self {
            session,
            _driver: driver,
        })
    }

    /// Its window.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }
}

fn capabilities(kind: Kind, browsers: &Browsers) -> Value {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let mut arguments = vec![
        "--headless",
        // Chromium's sandbox does not start as root, as in containers.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        // The browser's own business would show up among the requests and cost time.
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        "--window-size=1280,900",
        // The page is read in English, whatever the machine speaks.
        "--accept-lang=en-US,en",
    ];
    if kind == Kind::ChromiumSwiftShader {
        arguments.extend(["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]);
    }
    match kind {
        Kind::FirefoxLavapipe | Kind::FirefoxResisting => json!({
            "moz:firefoxOptions": {
                "binary": text(&browsers.firefox),
                "args": ["-headless", "--width=1280", "--height=900"],
                "prefs": {
                    "intl.accept_languages": "en-US,en",
                    "privacy.resistFingerprinting": kind == Kind::FirefoxResisting,
                    "dom.webgpu.enabled": true,
                    "gfx.webgpu.ignore-blocklist": true,
                    "dom.webgpu.wgpu-backend": "vulkan",
                    "layers.gpu-process.enabled": false,
                },
            },
        }),
        Kind::ChromiumWithoutGpu | Kind::ChromiumSwiftShader => json!({
            "goog:chromeOptions": {
                "binary": text(&browsers.chromium),
                "args": arguments,
            },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        }),
    }
}

/// A driver process on a port of its own choice.
#[derive(Debug)]
struct Driver {
    child: Child,
    url: String,
}

impl Driver {
    /// Starts a driver; once more where it ends at once, as Chromium's does when the free port that it
    /// took for one protocol is taken for the other.
    fn start(command: &mut Command) -> Result<Self> {
        let mut left = STARTS;
        loop {
            left -= 1;
            match Self::try_start(command) {
                Err(Error::Driver { .. }) if left > 0 => {}
                result => return result,
            }
        }
    }

    fn try_start(command: &mut Command) -> Result<Self> {
        let program = command.get_program().to_owned();
        let trouble = |reason: String| Error::Driver {
            program: program.clone().into(),
            reason,
        };
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| trouble(error.to_string()))?;
        let output = child.stdout.take();
        let mut driver = Self {
            child,
            url: String::new(),
        };
        let (sender, receiver) = mpsc::channel();
        // Reads on to the end, so that the driver never waits for a reader.
        std::thread::spawn(move || {
            for line in output
                .into_iter()
                .flat_map(|out| BufReader::new(out).lines())
            {
                if let Some(port) = line.ok().as_deref().and_then(port) {
                    // Nobody waits any more for a second port.
                    let _ = sender.send(port);
                }
            }
        });
        let port = receiver
            .recv_timeout(START_LIMIT)
            .map_err(|_| trouble("it did not say which port it listens on".into()))?;
        driver.url = format!("http://127.0.0.1:{port}");
        Ok(driver)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Fails only when the driver has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The port in the line by which a driver says where it listens: `... on port 4444.` or
/// `... Listening on 127.0.0.1:4444`.
fn port(line: &str) -> Option<u16> {
    let after = line
        .split_once("successfully on port ")
        .or_else(|| line.split_once("Listening on 127.0.0.1:"))?
        .1;
    after.trim().trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_drivers_are_understood() {
        let chrome = "ChromeDriver was started successfully on port 40123.";
        let gecko = "1732428000000\tgeckodriver\tINFO\tListening on 127.0.0.1:4444";
        assert_eq!(port(chrome), Some(40123));
        assert_eq!(port(gecko), Some(4444));
        assert_eq!(port("Starting ChromeDriver 156.0 on port 0"), None);
    }
}
