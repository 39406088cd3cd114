//! The browsers and drivers that the tests run the app in.
//!
//! Knows where they lie. Refuses to know how they are driven.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, say};
use crate::setup::apt;
use crate::{Error, Result};

/// Where the Vulkan loader's drivers are described.
const VULKAN_DRIVERS: &str = "/usr/share/vulkan/icd.d";

/// What the tests need, all of it.
const PACKAGES: [&str; 4] = [
    "chromium",
    "chromium-driver",
    "firefox-esr",
    "mesa-vulkan-drivers",
];

/// A font for the Japanese page, whose letters would be empty boxes without one. What is filled in by the browser's
/// fonts is tested with it, too.
const JAPANESE_FONT: &str = "fonts-ipafont-gothic";

/// Makes sure that the browsers have a Japanese font.
///
/// # Errors
/// When the font can't be installed where packages can.
pub fn ensure_japanese() -> Result<()> {
    let mut list = Command::new("fc-list");
    let found = process::output(list.arg(":lang=ja"));
    let is_there = found.is_ok_and(|fonts| !fonts.trim().is_empty());
    if is_there {
        return Ok(());
    }
    if !apt::is_usable() {
        say("there is no Japanese font here: the Japanese page's letters will be boxes");
        return Ok(());
    }
    say(format!("installing {JAPANESE_FONT} by apt-get (8 MB)"));
    apt::install(&[JAPANESE_FONT])
}

/// Installs the browsers and Chromium's driver unless they are there; [`Browsers::find`] tells what is
/// still missing.
///
/// # Errors
/// When packages can be installed here and this fails.
pub fn ensure_installed() -> Result<()> {
    // Only geckodriver is no package.
    if Browsers::installed(Path::new("")).is_some() || !apt::is_usable() {
        return Ok(());
    }
    say(format!(
        "installing {} by apt-get for the tests (400 MB, half a minute to 4 minutes)",
        PACKAGES.join(", ")
    ));
    apt::install(&PACKAGES)
}

/// Programs to drive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Browsers {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
    /// Its driver.
    pub chromedriver: PathBuf,
    /// Firefox.
    pub firefox: PathBuf,
    /// Its driver.
    pub geckodriver: PathBuf,
    /// The description of lavapipe, Mesa's software Vulkan, by which Firefox has WebGPU on
    /// machines without a GPU.
    pub lavapipe: PathBuf,
}

/// Names of environment variables by which [`Browsers`] reach the tests.
const NAMES: [&str; 5] = [
    "TWINGLYPH_CHROMIUM",
    "TWINGLYPH_CHROMEDRIVER",
    "TWINGLYPH_FIREFOX",
    "TWINGLYPH_GECKODRIVER",
    "TWINGLYPH_LAVAPIPE",
];

impl Browsers {
    /// Finds the browsers and what drives them.
    ///
    /// # Errors
    /// When one is missing, or Chromium's driver is another version's.
    pub fn find(geckodriver: PathBuf) -> Result<Self> {
        let browsers = Self::installed(&geckodriver).ok_or_else(|| Error::Missing {
            what: "A browser, its driver or lavapipe is missing.".into(),
            remedy: format!(
                "Install Chromium with chromedriver, Firefox, and Mesa's Vulkan drivers (on \
                 Debian: apt-get install {}), or run only the native checks: cargo xtask test \
                 --quick.",
                PACKAGES.join(" ")
            ),
        })?;
        let version = |program: &Path| process::output(Command::new(program).arg("--version"));
        let (browser, driver) = (
            version(&browsers.chromium)?,
            version(&browsers.chromedriver)?,
        );
        if major(&browser) == major(&driver) {
            return Ok(browsers);
        }
        Err(Error::Missing {
            what: format!("{browser} is not driven by {driver}: their first numbers differ."),
            remedy: format!(
                "Put the driver of the browser's version first on PATH; found {} and {}.",
                browsers.chromium.display(),
                browsers.chromedriver.display()
            ),
        })
    }

    fn installed(geckodriver: &Path) -> Option<Self> {
        Some(Self {
            chromium: process::find(&["chromium", "chromium-browser", "google-chrome"])?,
            chromedriver: process::find(&["chromedriver"])?,
            firefox: process::find(&["firefox-esr", "firefox"])?,
            geckodriver: geckodriver.to_owned(),
            lavapipe: lavapipe()?,
        })
    }

    /// The environment that tells the tests where everything is.
    #[must_use]
    pub fn environment(&self) -> [(&'static str, &Path); 5] {
        let paths = [
            &self.chromium,
            &self.chromedriver,
            &self.firefox,
            &self.geckodriver,
            &self.lavapipe,
        ];
        std::array::from_fn(|at| (NAMES[at], paths[at].as_path()))
    }

    /// The browsers that the environment names.
    ///
    /// # Errors
    /// When it does not name them all.
    pub fn from_environment() -> Result<Self> {
        let path = |name: &str| {
            std::env::var_os(name)
                .map(PathBuf::from)
                .ok_or_else(|| Error::Missing {
                    what: format!("The variable {name} is not set."),
                    remedy: "These tests are run by `cargo xtask test`, which sets it.".into(),
                })
        };
        let [chromium, chromedriver, firefox, geckodriver, lavapipe] = NAMES;
        Ok(Self {
            chromium: path(chromium)?,
            chromedriver: path(chromedriver)?,
            firefox: path(firefox)?,
            geckodriver: path(geckodriver)?,
            lavapipe: path(lavapipe)?,
        })
    }
}

/// The first number of a version in a text as `Chromium 156.0.8078.73 built on Debian`.
fn major(text: &str) -> Option<u32> {
    let mut words = text.split_whitespace();
    words.find_map(|word| word.split_once('.')?.0.parse().ok())
}

fn lavapipe() -> Option<PathBuf> {
    let folder = std::fs::read_dir(VULKAN_DRIVERS).ok()?;
    folder.flatten().map(|entry| entry.path()).find(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("lvp_icd"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_first_numbers() {
        let browser = "Chromium 156.0.8078.73 built on Debian GNU/Linux 13 (trixie)";
        assert_eq!(major(browser), Some(156));
        assert_eq!(major("ChromeDriver 156.0.8078.73 (abc-refs/x)"), Some(156));
        assert_eq!(major("Google Chrome"), None);
    }
}
