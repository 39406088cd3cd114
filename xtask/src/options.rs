//! The command line of `cargo xtask`.

use crate::{Error, Result};

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Print the help.
    Help,
    /// Fetch and build every tool.
    Setup,
    /// Make `dist/` for any static host.
    Build,
    /// Build, serve on loopback, open the browser.
    Serve,
    /// Run every check.
    Test,
    /// Measure our training step and our inference beside other frameworks'.
    Bench,
    /// Try inputs that a fuzzer invents.
    Fuzz,
    /// Print the sizes of what is in `dist/`.
    Sizes,
    /// Make the pictures of the page.
    Screenshots,
    /// Count the lines of code.
    Lines,
}

/// What `bench` can measure apart from the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Training steps.
    Training,
    /// Embeddings of images.
    Inference,
    /// Training steps on the processor, outside of browsers.
    Native,
}

impl Part {
    /// The word after `--only`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::Inference => "inference",
            Self::Native => "native",
        }
    }

    /// The part that a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Training, Self::Inference, Self::Native]
            .into_iter()
            .find(|part| part.as_str() == word)
    }
}

/// A command line, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What to do.
    pub task: Task,
    /// `--port`: first port to try.
    pub port: u16,
    /// Open the browser? `--no-open` says no.
    pub open: bool,
    /// `--watch`: rebuild the page when its files change.
    pub watch: bool,
    /// `--quick`: native checks only, or few steps.
    pub quick: bool,
    /// `--all`: also the checks that a release wants.
    pub all: bool,
    /// `--minutes`: how long each target is fuzzed.
    pub minutes: u32,
    /// `--only`: the one part of the bench that is measured.
    pub only: Option<Part>,
    /// Is Koch's network in the app? `--without-koch` says no.
    pub koch: bool,
}

impl Options {
    /// The help text.
    pub const HELP: &'static str = "\
Twinglyph's tasks:

  cargo xtask serve [--port N] [--no-open] [--watch]
      Set up what is missing, build, serve on http://127.0.0.1:8080 and open the browser.
      --watch rebuilds the page, unoptimised, whenever its files change.
  cargo xtask test [--quick | --all]
      Set up what is missing, browsers included, and run every check of a change.
      --quick: native checks only. --all: also what a release wants: fuzzing, the dependencies'
      licences and known faults, and all figures in the browsers.
  cargo xtask build [--without-koch]
      Make dist/, which any static host can serve under any path.
      --without-koch: for hosts that take no file of 39 MB; the page doesn't offer that network.
  cargo xtask setup
      Only fetch and build the tools, browsers included.
  cargo xtask bench [--only training|inference|native] [--quick]
      Measure our training step and our inference beside other frameworks' in the browsers, and
      beside PyTorch where TWINGLYPH_PYTORCH names a Python that has it, and write
      docs/generated/bench.md. --quick: few steps, printed only.
  cargo xtask fuzz [--minutes N]
      Try everything that comes from outside with inputs that a fuzzer invents, N minutes (1) each.
  cargo xtask sizes
      Print the sizes of what is in dist/, raw and as downloaded, and check the budgets.
  cargo xtask screenshots
      Make the pictures in docs/pictures/ from dist/.
  cargo xtask lines
      Count the lines of Rust code, without tests, comments and blank lines.
";

    /// Understands the words after `cargo xtask`.
    ///
    /// # Errors
    /// When a word is unknown or does not go with the task.
    pub fn parse(words: &[String]) -> Result<Self> {
        let mut words = words.iter().map(String::as_str);
        let task = match words.next() {
            None | Some("help" | "--help" | "-h") => Task::Help,
            Some("setup") => Task::Setup,
            Some("build") => Task::Build,
            Some("serve") => Task::Serve,
            Some("test") => Task::Test,
            Some("bench") => Task::Bench,
            Some("fuzz") => Task::Fuzz,
            Some("sizes") => Task::Sizes,
            Some("screenshots") => Task::Screenshots,
            Some("lines") => Task::Lines,
            Some(other) => return Err(Error::Usage(format!("there is no task `{other}`"))),
        };
        let mut options = Self {
            task,
            port: 8080,
            open: true,
            watch: false,
            quick: false,
            all: false,
            minutes: 1,
            only: None,
            koch: true,
        };
        while let Some(word) = words.next() {
            match (task, word) {
                (Task::Serve, "--no-open") => options.open = false,
                (Task::Serve, "--watch") => options.watch = true,
                (Task::Test | Task::Bench, "--quick") => options.quick = true,
                (Task::Test, "--all") => options.all = true,
                (Task::Build, "--without-koch") => options.koch = false,
                (Task::Bench, "--only") => {
                    let part = words.next().and_then(Part::from_word);
                    options.only = Some(part.ok_or_else(|| {
                        Error::Usage("--only needs `training`, `inference` or `native`".into())
                    })?);
                }
                (Task::Fuzz, "--minutes") => {
                    options.minutes = words
                        .next()
                        .and_then(|minutes| minutes.parse().ok())
                        .filter(|minutes| (1..=1_440).contains(minutes))
                        .ok_or_else(|| {
                            Error::Usage("--minutes needs a number from 1 to 1440".into())
                        })?;
                }
                (Task::Serve, "--port") => {
                    options.port = words
                        .next()
                        .and_then(|port| port.parse().ok())
                        .filter(|&port| port > 0)
                        .ok_or_else(|| {
                            Error::Usage("--port needs a number from 1 to 65535".into())
                        })?;
                }
                _ => return Err(Error::Usage(format!("`{word}` does not belong here"))),
            }
        }
        if options.quick && options.all {
            return Err(Error::Usage("--quick and --all exclude each other".into()));
        }
        Ok(options)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&words)
    }

    #[test]
    fn serve_takes_its_options() {
        let options = parse("serve --port 9000 --no-open").unwrap();
        assert_eq!(options.task, Task::Serve);
        assert_eq!(options.port, 9000);
        assert!(!options.open);
        assert!(!options.watch);
    }

    #[test]
    fn the_bench_measures_all_or_one_part() {
        assert_eq!(parse("bench").unwrap().only, None);
        let options = parse("bench --quick --only inference").unwrap();
        assert_eq!(options.only, Some(Part::Inference));
        assert!(options.quick);
    }

    #[test]
    fn the_checks_are_few_usual_or_all() {
        let options = parse("test").unwrap();
        assert!(!options.quick && !options.all);
        assert!(parse("test --quick").unwrap().quick);
        assert!(parse("test --all").unwrap().all);
    }

    #[test]
    fn a_host_may_have_no_room_for_koch() {
        assert!(parse("build").unwrap().koch);
        assert!(!parse("build --without-koch").unwrap().koch);
    }

    #[test]
    fn nonsense_is_refused() {
        for line in [
            "dance",
            "build --port 1",
            "build --quick",
            "serve --port",
            "serve --port 70000",
            "test 7",
            "bench --only",
            "bench --only dancing",
            "test --only training",
            "test --quick --all",
            "build --all",
            "serve --without-koch",
        ] {
            assert!(matches!(parse(line), Err(Error::Usage(_))), "{line}");
        }
    }
}
