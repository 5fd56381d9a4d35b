//! What keeping every promise costs on the hottest path: a cached `GET /api/posts?limit=10`.
//!
//! ```text
//! just bench                                            # as shipped, with link-time optimisation
//! cargo bench -p basalt-bench --profile ci              # without it: built in a tenth of the time
//! cargo bench -p basalt-bench -- --check                # and fail below a bar
//! ```
//!
//! **What it measures.** Three servers, each with one worker, in turn under the same load:
//!
//! - a bare actix-web handler that sends the same bytes: what this machine and library can do;
//! - Basalt with `LOG_LEVEL=warn`: token, limits, strict query, cache, tag, headers, request id,
//!   timeouts, metrics. The bar is 65 % of the bare handler;
//! - Basalt with `LOG_LEVEL=info`, that is with one JSON line for each request, written to
//!   `/dev/null`. The bar is 50 %.
//!
//! The limits are set high and not off, so that their work is done. The servers share one core and
//! the load has another, by `taskset` where there is one; 64 connections are kept alive, by a load
//! that never sleeps. Rounds take turns (bare, warn, info, bare, …), so that a machine that slows
//! down slows all of them.
//!
//! It also tells how long a server takes from its start on an existing file until it is ready (bar:
//! 200 ms), what it then occupies in memory (bar: 30 MiB), and how long its first login takes.
//!
//! **How to read it.** Figures are medians of the rounds. Look at `of bare`; requests per second
//! are this machine's, and this moment's. `CPU/request` is the processor time of the server's
//! process, and `by CPU` compares it: on a busy machine it is steadier than requests per second.
//! `core` is the part of the time in which the server really ran: below 90 % somebody else was on
//! its core or the load was too slow, and the bench is worth another try at a better moment.

mod bare;
mod basalt;
mod child;
mod load;
mod processor;
mod report;

use std::{io, process::ExitCode, time::Duration};

use bytes::Bytes;
use clap::Parser;

use child::Child;
use load::{Load, Round};
use report::Report;

/// The one of the `basalt` command, for all three.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Compares a cached list of posts with a bare handler that sends the same bytes.
#[derive(Clone, Debug, Parser)]
struct Options {
    /// Rounds for each server
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds a round lasts
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Connections that are kept busy
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Fail when a figure misses its bar
    #[arg(long)]
    check: bool,
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
        Some("serve") => return basalt_server::cli::main(),
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
    match measure(&options) {
        Ok(report) => {
            print!("{report}");
            if options.check && !report.is_met() {
                return ExitCode::FAILURE;
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("the bench could not be run: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> io::Result<Report> {
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("seeded.db");
    basalt::seed(&database)?;
    let start = basalt::start_times(&database)?;

    let warn = basalt::start(&database, folder.path(), "warn")?;
    let info = basalt::start(&database, folder.path(), "info")?;
    let body = basalt::page(&warn)?;
    let bare = bare::start(&body, folder.path())?;
    let servers = [&bare, &warn, &info];

    let mut rounds: [Vec<Round>; 3] = Default::default();
    for number in 1..=options.rounds {
        eprintln!("round {number} of {}", options.rounds);
        for (server, rounds) in servers.into_iter().zip(&mut rounds) {
            rounds.push(load_of(options, server, &body).run(server)?);
        }
    }
    Ok(Report {
        rounds,
        start,
        body: body.len(),
        busy_memory: warn.memory()?,
        placement: processor::placement(options.pinned),
    })
}

fn load_of(options: &Options, server: &Child, body: &Bytes) -> Load {
    Load {
        address: server.address,
        connections: options.connections,
        warm_up: Duration::from_secs(1),
        duration: Duration::from_secs(options.seconds),
        body: body.len(),
    }
}
