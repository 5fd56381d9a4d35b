//! Breaks real processes and says what their clients saw.
//!
//! `cargo test -p basalt-faults` runs the short form of every scenario, `-- --long` the long one;
//! a word runs the scenarios whose names hold it. Each prints its figures with their bars.

mod arguments;
mod figures;
mod runner;
mod scenarios;
mod support;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = arguments::Arguments::parse(std::env::args().skip(1));
    runner::run(&arguments)
}
