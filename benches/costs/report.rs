//! The table.

use std::{fmt::Write as _, time::Duration};

use crate::{
    bare::Handler,
    figures::Figures,
    scenarios::{Bar, Limit, Scenario},
};

/// A scenario's figures, and those of its limits.
pub(crate) struct Row {
    name: String,
    ours: Figures,
    limits: Vec<(&'static str, Figures)>,
    bar: Bar,
}

pub(crate) const HEAD: &str = "\
| | req/s | p50 | p99 | CPU, server | CPU, stores | memory | of the limit | by CPU | bar | |
|---|--:|--:|--:|--:|--:|--:|--:|--:|---|---|
";

impl Row {
    /// `runs`: of the scenario itself, then of each limit.
    pub(crate) fn new(scenario: &Scenario, runs: &[Vec<Figures>]) -> Self {
        let mut medians = runs.iter().map(|runs| Figures::median(runs));
        let ours = medians.next().expect("a scenario was run");
        let names = scenario.limits.iter().map(name);
        Self {
            name: scenario.name.to_owned(),
            ours,
            limits: names.zip(medians).collect(),
            bar: scenario.bar,
        }
    }

    /// Figures that are compared with nothing.
    pub(crate) fn alone(name: &str, ours: Figures) -> Self {
        Self { name: name.to_owned(), ours, limits: Vec::new(), bar: Bar::None }
    }

    /// Lines of a Markdown table.
    pub(crate) fn lines(&self) -> String {
        let mut lines = String::new();
        let [rate, cpu] = self.shares().map(|share| share.map_or_else(String::new, percent));
        let (bar, verdict) = self.verdict();
        let more = [rate, cpu, bar, verdict.to_owned()];
        line(&mut lines, &self.name, &self.ours, more);
        for (name, limit) in &self.limits {
            line(&mut lines, &format!("↳ {name}"), limit, Default::default());
        }
        lines
    }

    /// How much of the first limit's rate this is, and how much less processor time that has.
    fn shares(&self) -> [Option<f64>; 2] {
        let Some((_, limit)) = self.limits.first() else {
            return [None, None];
        };
        let by_rate = Some(100.0 * self.ours.rate / limit.rate);
        let by_cpu = ratio(limit.server, self.ours.server).map(|ratio| 100.0 * ratio);
        [by_rate, by_cpu]
    }

    /// What the bar is, and whether it holds.
    fn verdict(&self) -> (String, &'static str) {
        let Figures { p99, memory, .. } = self.ours;
        let limit = self.limits.first().map(|(_, limit)| limit);
        match self.bar {
            Bar::None => (String::new(), ""),
            Bar::Rate(least) => (format!("{least} %"), self.verdict_by_shares(least)),
            Bar::RateAndStores(least) => {
                let stores = limit.and_then(|limit| ratio(self.ours.stores, limit.stores));
                let stores = stores.unwrap_or(f64::INFINITY);
                let bar = format!("{least} %; stores 1.5 × (now {stores:.2} ×)");
                let is_kept = stores <= 1.5;
                (bar, if is_kept { self.verdict_by_shares(least) } else { MISSED })
            }
            Bar::Latency(most) => (format!("p99 {}", time(most)), holds(p99 <= most)),
            Bar::Doubles(least) => {
                let most = limit.map_or(least, |limit| least.max(2 * limit.p99));
                (format!("p99 {}", time(most)), holds(p99 <= most))
            }
            Bar::Memory(most) => {
                let bar = format!("{} MiB", most >> 20);
                (bar, holds(memory.is_some_and(|memory| memory <= most)))
            }
        }
    }

    /// Where nobody else is on the server's core, the two say the same. Otherwise a slow moment of
    /// the limit makes a good rate, and a bar holds only if both say so.
    fn verdict_by_shares(&self, least: f64) -> &'static str {
        match self.shares().map(|share| share.is_none_or(|share| share >= least)) {
            [true, true] => HOLDS,
            [true, false] => "by rate only",
            [false, true] => "by CPU only",
            [false, false] => MISSED,
        }
    }
}

const HOLDS: &str = "holds";
const MISSED: &str = "**missed**";

fn holds(it_does: bool) -> &'static str {
    if it_does { HOLDS } else { MISSED }
}

fn name(limit: &Limit) -> &'static str {
    match limit {
        Limit::Bare(Handler::Bytes) => "bare handler, the same bytes",
        Limit::Bare(Handler::Redis) => "the same after one pipelined round trip to Redis",
        Limit::Bare(Handler::Posts | Handler::Post | Handler::Users) => {
            "bare handler, the same rows by plain sqlx"
        }
        Limit::Bare(Handler::Insert) => "bare handler, the same INSERT by plain sqlx",
        Limit::Bare(Handler::PlainInsert) => "the same into a table without indexes and triggers",
        Limit::Passwords => "Argon2id alone, one thread",
        Limit::Itself(name, _) => name,
    }
}

fn line(lines: &mut String, name: &str, figures: &Figures, more: [String; 4]) {
    let cpu = |time: Option<Duration>| time.map_or_else(|| "–".to_owned(), self::time);
    #[expect(clippy::cast_precision_loss, reason = "some mebibytes")]
    let memory = figures
        .memory
        .map_or_else(|| "–".to_owned(), |bytes| format!("{:.1} MiB", bytes as f64 / 1_048_576.0));
    let Figures { rate, p50, p99, server, stores, .. } = figures;
    let cells = [
        name.to_owned(),
        if *rate < 100.0 { format!("{rate:.1}") } else { format!("{rate:.0}") },
        time(*p50),
        time(*p99),
        cpu(*server),
        cpu(*stores),
        memory,
    ];
    let cells: Vec<String> = cells.into_iter().chain(more).collect();
    // A String takes everything.
    let _ = writeln!(lines, "| {} |", cells.join(" | "));
}

/// With three digits or so.
pub(crate) fn time(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    match micros {
        ..100.0 => format!("{micros:.1} µs"),
        ..1_000.0 => format!("{micros:.0} µs"),
        ..10_000.0 => format!("{:.2} ms", micros / 1e3),
        ..100_000.0 => format!("{:.1} ms", micros / 1e3),
        _ => format!("{:.0} ms", micros / 1e3),
    }
}

fn ratio(a: Option<Duration>, b: Option<Duration>) -> Option<f64> {
    let (a, b) = (a?.as_secs_f64(), b?.as_secs_f64());
    (b > 0.0).then_some(a / b)
}

fn percent(share: f64) -> String {
    format!("{share:.0} %")
}
