//! Pieces of work whose instructions are counted: `.ci/instructions` runs each under callgrind and
//! compares the count with that of `baseline.txt`.
//!
//! ```text
//! kernels                          # names them: how often each is best done, and what is counted
//! kernels seed FILE                # makes the database that some of them read
//! kernels NAME TIMES FILE          # does one of them so many times
//! ```
//!
//! What a start costs is taken out by running a kernel twice, once as often as the other time.

mod app;
mod parts;

use std::{
    env,
    future::poll_fn,
    path::Path,
    pin::{Pin, pin},
    process::ExitCode,
    task::{Context, Poll},
};

use actix_web::rt::System;

/// The one of the `basalt` command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What can be counted.
#[derive(Clone, Copy)]
enum Kernel {
    /// A cached list, from the request to its bytes, without a line in the log.
    CachedList,
    /// The same with the line.
    CachedListLogged,
    /// The same list without a cache: ten rows are read from SQLite and written.
    PageFromRows,
    /// A token is verified, and the state of its user is at hand.
    TokenCheck,
    /// A unit of the limit that all requests have.
    LimiterTake,
}

/// Each with its name, with how often it is done, and with what of the process is counted. Beside
/// requests a server does things again and again, the more often the slower the machine, and threads
/// wait for each other as it comes: that is never counted. SQLite works on a thread of its own.
const ALL: [(&str, Kernel, u32, &str); 5] = [
    ("cached_list", Kernel::CachedList, 2_000, "request"),
    ("cached_list_logged", Kernel::CachedListLogged, 2_000, "request"),
    ("page_from_rows", Kernel::PageFromRows, 500, "request+sqlite"),
    ("token_check", Kernel::TokenCheck, 5_000, "request"),
    ("limiter_take", Kernel::LimiterTake, 50_000, "request"),
];

/// Marks what a kernel does.
pub(crate) async fn counted<F: Future>(work: F) -> F::Output {
    let mut work = pin!(work);
    poll_fn(|context| poll_counted(work.as_mut(), context)).await
}

/// Callgrind is told its name, and counts between its call and its return.
#[inline(never)]
fn poll_counted<F: Future>(work: Pin<&mut F>, context: &mut Context<'_>) -> Poll<F::Output> {
    work.poll(context)
}

impl Kernel {
    fn named(name: &str) -> Option<Self> {
        let (_, kernel, ..) = ALL.into_iter().find(|(known, ..)| *known == name)?;
        Some(kernel)
    }

    /// One worker's thread does it, as in a server.
    fn run(self, times: u32, database: &Path) {
        System::new().block_on(async {
            match self {
                Self::CachedList => app::list(database, &[("LOG_LEVEL", "warn")], times).await,
                Self::CachedListLogged => {
                    app::list(database, &[("LOG_LEVEL", "info")], times).await;
                }
                Self::PageFromRows => {
                    let uncached = [("LOG_LEVEL", "warn"), ("CACHE_TTL_SECONDS", "0")];
                    app::list(database, &uncached, times).await;
                }
                Self::TokenCheck => parts::token_check(times).await,
                Self::LimiterTake => parts::limiter_take(times).await,
            }
        });
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        // The second is what `cargo bench` says.
        [] | ["--bench"] => {
            for (name, _, times, what) in ALL {
                println!("{name} {times} {what}");
            }
        }
        ["seed", database] => System::new().block_on(app::seed(Path::new(database))),
        [name, times, database] => {
            let (Some(kernel), Ok(times)) = (Kernel::named(name), times.parse()) else {
                eprintln!("there is no kernel {name}, or {times} is no number");
                return ExitCode::from(2);
            };
            kernel.run(times, Path::new(database));
        }
        _ => {
            eprintln!("usage: kernels [seed FILE | NAME TIMES FILE]");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
