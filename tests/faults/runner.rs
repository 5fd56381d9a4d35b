//! Runs scenarios one after the other: each wants the machine for itself.

use std::{
    any::Any,
    io::Write as _,
    process::ExitCode,
    time::{Duration, Instant},
};

use tokio::{runtime::Runtime, task::LocalSet, time::timeout};

use crate::{
    arguments::Arguments,
    figures::{Figures, time},
    scenarios::{ALL, Length, Missing, Scenario},
};

/// A scenario that hangs has failed: in the short form after this, in the long one ten times later.
const LONGEST: Duration = Duration::from_mins(3);

/// What became of a scenario.
enum End {
    Held(Figures),
    Missed(Figures),
    Broke(String),
    Ignored(String),
}

/// Runs what is asked for; the exit code tells whether all of it held.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let meant: Vec<_> = ALL.iter().filter(|it| arguments.mean(it.name)).collect();
    if arguments.list {
        for scenario in &meant {
            println!("{}: test", scenario.name);
        }
        println!("\n{} tests, 0 benchmarks", meant.len());
        return ExitCode::SUCCESS;
    }
    println!("\nrunning {} scenarios", meant.len());
    let length = if arguments.long { Length::Long } else { Length::Short };
    let begun = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let mut rows = Vec::new();
    for scenario in &meant {
        let begun = Instant::now();
        let end = run_one(&runtime, scenario, length);
        println!("{} … {}", scenario.name, end.told());
        // Whoever waits sees each line when it is there, also through a pipe.
        let _ = std::io::stdout().flush();
        rows.push((scenario.name, end, begun.elapsed()));
    }
    summarise(&rows, ALL.len() - meant.len(), begun.elapsed())
}

fn run_one(runtime: &Runtime, scenario: &Scenario, length: Length) -> End {
    let at_most = length.of(LONGEST, LONGEST * 10);
    let local = LocalSet::new();
    // As a task of its own, so that its panic is an end like any other.
    let run = local.spawn_local((scenario.run)(length));
    match local.block_on(runtime, async { timeout(at_most, run).await }) {
        Ok(Ok(Ok(figures))) if figures.hold() => End::Held(figures),
        Ok(Ok(Ok(figures))) => End::Missed(figures),
        Ok(Ok(Err(Missing(what)))) if is_ci() => End::Broke(format!("{what}; CI needs it")),
        Ok(Ok(Err(Missing(what)))) => End::Ignored(what),
        Ok(Err(error)) => End::Broke(match error.try_into_panic() {
            Ok(panic) => message(&*panic),
            Err(error) => error.to_string(),
        }),
        Err(_) => End::Broke(format!("not over after {}", time(at_most))),
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "a panic without words".to_owned())
}

impl End {
    fn word(&self) -> &'static str {
        match self {
            Self::Held(_) => "ok",
            Self::Missed(_) | Self::Broke(_) => "FAILED",
            Self::Ignored(_) => "IGNORED",
        }
    }

    fn told(&self) -> String {
        let word = self.word();
        match self {
            Self::Held(figures) | Self::Missed(figures) => format!("{}: {word}", figures.line()),
            Self::Broke(why) | Self::Ignored(why) => format!("{word}: {why}"),
        }
    }
}

/// The table, and the line that libtest would write: CI sums those.
fn summarise(rows: &[(&str, End, Duration)], left_out: usize, took: Duration) -> ExitCode {
    let width = rows.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    println!();
    for (name, end, took) in rows {
        println!("{name:<width$}  {:<8} {:>9}", end.word(), time(*took));
    }
    let count = |word| rows.iter().filter(|(_, end, _)| end.word() == word).count();
    let (passed, failed, ignored) = (count("ok"), count("FAILED"), count("IGNORED"));
    if ignored > 0 {
        println!("\n{ignored} scenarios were NOT run: what they need is not on this machine.");
    }
    println!(
        "\ntest result: {}. {passed} passed; {failed} failed; {ignored} ignored; 0 measured; \
         {left_out} filtered out; finished in {:.2}s\n",
        if failed == 0 { "ok" } else { "FAILED" },
        took.as_secs_f64(),
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[expect(
    clippy::disallowed_methods,
    reason = "not a variable of the server's but of where the tests run"
)]
fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}
