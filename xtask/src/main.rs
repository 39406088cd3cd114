//! The entry of `cargo xtask`: one word chooses what to do.

use std::process::ExitCode;

use xtask::options::{Options, Task};
use xtask::test::Extent;
use xtask::workspace::Workspace;
use xtask::{Error, bench, build, fuzz, lines, serve, setup, sizes, test};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Options::parse(&arguments).and_then(|options| carry_out(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(if matches!(error, Error::Usage(_)) {
                2
            } else {
                1
            })
        }
    }
}

fn carry_out(options: &Options) -> xtask::Result<()> {
    let workspace = Workspace::find();
    match options.task {
        Task::Help => {
            print!("{}", Options::HELP);
            Ok(())
        }
        Task::Setup => setup::run(&workspace),
        Task::Build => build::for_hosts(&workspace, options.koch),
        Task::Serve => serve::serve(&workspace, options),
        Task::Test => test::run(&workspace, Extent::of(options)),
        Task::Bench => bench::measure(&workspace, options.quick, options.only),
        Task::Fuzz => fuzz::run(&workspace, 60 * options.minutes),
        Task::Sizes => sizes::report(&workspace),
        Task::Screenshots => test::screenshots(&workspace),
        Task::Lines => lines::report(&workspace),
    }
}
