//! What the lab prints. A reader that goes, as in `lab summary koch | head -1`, ends it quietly; output that
//! can't be written, as on a full disk, with the reason. Neither is a panic, as with `println!`.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write as _};
use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};

/// Prints to standard output, as `print!` does.
#[allow(unused_macros, reason = "only commands with networks use it")]
macro_rules! print {
    ($($what:tt)*) => {
        $crate::out::print(format_args!($($what)*))
    };
}

/// Prints a line to standard output, as `println!` does.
macro_rules! println {
    () => {
        $crate::out::print(format_args!("\n"))
    };
    ($($what:tt)*) => {
        $crate::out::print(format_args!("{}\n", format_args!($($what)*)))
    };
}

/// Prints to standard error, as `eprint!` does.
#[allow(unused_macros, reason = "only commands with networks use it")]
macro_rules! eprint {
    ($($what:tt)*) => {
        $crate::out::complain(format_args!($($what)*))
    };
}

/// Prints a line to standard error, as `eprintln!` does.
macro_rules! eprintln {
    ($($what:tt)*) => {
        $crate::out::complain(format_args!("{}\n", format_args!($($what)*)))
    };
}

/// Is standard output for one JSON object?
static FOR_PROGRAMS: AtomicBool = AtomicBool::new(false);

/// Leaves standard output to the object of `--json`, where that is asked for: what people read goes to standard error.
pub(crate) fn only_json(is_asked_for: bool) {
    FOR_PROGRAMS.store(is_asked_for, Ordering::Relaxed);
}

/// Prints the object of `--json`, or ends the process.
pub(crate) fn json(value: &serde_json::Value) {
    only_json(false);
    print(format_args!("{value}\n"));
}

/// Prints to standard output, or ends the process; to standard error where standard output is for JSON.
pub(crate) fn print(what: Arguments<'_>) {
    if FOR_PROGRAMS.load(Ordering::Relaxed) {
        return complain(what);
    }
    let Err(error) = try_print(what) else {
        return;
    };
    if error.kind() == ErrorKind::BrokenPipe {
        exit(0);
    }
    complain(format_args!("lab: the output can't be written: {error}\n"));
    exit(1);
}

/// Prints to standard output.
///
/// # Errors
/// When it can't be written.
pub(crate) fn try_print(what: Arguments<'_>) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    // What stays in the buffer would be lost without a word at the end.
    out.write_fmt(what).and_then(|()| out.flush())
}

/// Prints to standard error; where that is gone, nobody is left to be told.
pub(crate) fn complain(what: Arguments<'_>) {
    let _ = std::io::stderr().lock().write_fmt(what);
}
