//! What every kind of request costs, beside its limit from the same run.
//!
//! ```text
//! just bench                                # every scenario; writes docs/PERFORMANCE.md
//! just bench --only "one post" --dry        # some of them; writes nothing
//! just bench --growth                       # cost against number of posts; --long up to 10 million
//! just bench-against http://127.0.0.1:4000 --email … --password …
//! ```
//!
//! How it measures and how to read it stands in docs/PERFORMANCE.md. One thing stands in one file:
//! `scenarios` what is measured beside which limit, `questions` what is asked, `bare` the limits,
//! `stage` the servers and their databases, `load` the connections, `usage` the processor time.

mod against;
mod api;
mod bare;
mod basalt;
mod child;
mod client;
mod document;
mod figures;
mod fill;
mod growth;
mod load;
mod plot;
mod processor;
mod questions;
mod report;
mod scenarios;
mod stage;
mod stores;
mod usage;

use std::{error::Error, io, process::ExitCode, time::Duration};

use clap::Parser;
use tokio::{runtime, task::LocalSet};

/// The one of the `basalt` command, for all servers.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures what requests cost, beside what they can't cost less than.
#[derive(Clone, Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags of a command line")]
struct Options {
    /// Runs of each server, of which the medians count
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds of a run
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Only scenarios whose name holds this
    #[arg(long, default_value = "")]
    only: String,
    /// Print, and leave docs/PERFORMANCE.md as it is
    #[arg(long)]
    dry: bool,
    /// Measure costs against the number of posts, 10 thousand to 2 million
    #[arg(long)]
    growth: bool,
    /// With `--growth`: to 10 million
    #[arg(long, requires = "growth")]
    long: bool,
    #[command(flatten)]
    against: against::Options,
    /// Set by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
    /// Set by the bench itself, once it runs where it should
    #[arg(long, hide = true)]
    pinned: bool,
}

fn main() -> ExitCode {
    // The servers are this program too: they are built alike.
    match std::env::args().nth(1).as_deref() {
        Some("bare") => return bare::main(),
        Some("passwords") => return bare::passwords::main(),
        Some("serve" | "migrate") => return basalt_server::cli::main(),
        _ => {}
    }
    let options = Options::parse();
    if !options.bench {
        println!("this takes time and says something about speed: `just bench`");
        return ExitCode::SUCCESS;
    }
    if !options.pinned
        && let Some(code) = processor::run_again_on_load_core()
    {
        return code;
    }
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the bench could not be run: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let duration = Duration::from_secs(options.seconds);
    LocalSet::new().block_on(&runtime, async {
        if options.against.url.is_some() {
            return against::run(&options.against, duration).await;
        }
        if options.growth {
            return growth::run(duration, options.long, options.dry).await;
        }
        scenarios(options, duration).await
    })
}

/// Published posts of the scenarios.
const POSTS: i64 = 10_000;

async fn scenarios(options: &Options, duration: Duration) -> io::Result<()> {
    let mut stage = stage::Stage::set(options.rounds, duration, POSTS).await?;
    let mut table = report::HEAD.to_owned();
    eprint!("{}", report::HEAD);
    for scenario in scenarios::all() {
        if !scenario.name.contains(&options.only) {
            continue;
        }
        let lines = stage.play(&scenario).await?.lines();
        eprint!("{lines}");
        table += &lines;
    }
    let placement = processor::placement(options.pinned);
    let (rounds, seconds) = (options.rounds, options.seconds);
    let text = format!(
        "{POSTS} published posts; medians of {rounds} runs of {seconds} s; {placement}.\n\n{table}"
    );
    println!("\n{text}");
    if options.dry || !options.only.is_empty() {
        return Ok(());
    }
    document::write("scenarios", &text)
}

/// An error of ours.
fn wrong(what: impl Into<Box<dyn Error + Send + Sync>>) -> io::Error {
    io::Error::other(what)
}
