//! What is printed at the end.

use std::{fmt, time::Duration};

use crate::{basalt::Start, load::Round};

const NAMES: [&str; 3] = [
    "bare handler",
    "basalt, LOG_LEVEL=warn",
    "basalt, LOG_LEVEL=info",
];
/// Requests per second, in percent of the bare handler's.
const BARS: [Option<f64>; 3] = [None, Some(65.0), Some(50.0)];
const MIB: f64 = 1024.0 * 1024.0;
const MEMORY_BAR: f64 = 30.0;
const READY_BAR: Duration = Duration::from_millis(200);

/// All figures.
pub(crate) struct Report {
    /// Of the bare handler, of Basalt without the access log, and with it.
    pub(crate) rounds: [Vec<Round>; 3],
    pub(crate) start: Start,
    /// Bytes of an answer's body.
    pub(crate) body: usize,
    /// Memory of Basalt after all rounds, in bytes.
    pub(crate) busy_memory: u64,
    /// Which core did what.
    pub(crate) placement: String,
}

impl Round {
    #[expect(clippy::cast_precision_loss, reason = "a count of some seconds")]
    fn per_second(&self) -> f64 {
        self.requests as f64 / self.elapsed.as_secs_f64()
    }

    /// Microseconds of the server's processor time.
    #[expect(clippy::cast_precision_loss, reason = "a count of some seconds")]
    fn cost(&self) -> f64 {
        self.processor_time.as_secs_f64() * 1e6 / self.requests as f64
    }

    /// The part of the time in which the server ran, in percent.
    fn busy(&self) -> f64 {
        100.0 * self.processor_time.as_secs_f64() / self.elapsed.as_secs_f64()
    }
}

fn median(rounds: &[Round], figure: fn(&Round) -> f64) -> f64 {
    let mut figures: Vec<f64> = rounds.iter().map(figure).collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures[figures.len() / 2]
}

impl Report {
    /// The median of each server's rates, in percent of the bare handler's.
    fn ratios(&self) -> [f64; 3] {
        let [bare, ..] = &self.rounds;
        let whole = median(bare, Round::per_second);
        self.rounds
            .each_ref()
            .map(|rounds| 100.0 * median(rounds, Round::per_second) / whole)
    }

    #[expect(clippy::cast_precision_loss, reason = "some mebibytes")]
    fn mebibytes(bytes: u64) -> f64 {
        bytes as f64 / MIB
    }

    /// True when no figure misses its bar.
    pub(crate) fn is_met(&self) -> bool {
        let ratios = self.ratios().into_iter().zip(BARS);
        ratios
            .into_iter()
            .all(|(ratio, bar)| bar.is_none_or(|bar| ratio >= bar))
            && Self::mebibytes(self.start.idle_memory) < MEMORY_BAR
            && self.start.until_ready < READY_BAR
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\nGET {}, {} bytes; {}\n",
            crate::basalt::LIST,
            self.body,
            self.placement
        )?;
        writeln!(
            f,
            "{:<24}{:>10}{:>9}{:>7}{:>14}{:>8}{:>7}   rounds",
            "", "req/s", "of bare", "bar", "CPU/request", "by CPU", "core"
        )?;
        let bare_cost = median(&self.rounds[0], Round::cost);
        for (((name, bar), rounds), ratio) in
            NAMES.iter().zip(BARS).zip(&self.rounds).zip(self.ratios())
        {
            let bar = bar.map_or(String::new(), |bar| format!("{bar:.0} %"));
            write!(
                f,
                "{name:<24}{:>10.0}{:>9}{bar:>7}{:>14}{:>8}{:>7}  ",
                median(rounds, Round::per_second),
                format!("{ratio:.1} %"),
                format!("{:.2} µs", median(rounds, Round::cost)),
                format!("{:.0} %", 100.0 * bare_cost / median(rounds, Round::cost)),
                format!("{:.0} %", median(rounds, Round::busy)),
            )?;
            for round in rounds {
                write!(f, " {:.0}", round.per_second())?;
            }
            writeln!(f)?;
        }
        let start = &self.start;
        let figures = [
            (
                "start to ready",
                format!("{:.0?}", start.until_ready),
                "bar 200 ms",
            ),
            (
                "idle memory",
                format!("{:.1} MiB", Self::mebibytes(start.idle_memory)),
                "bar 30 MiB",
            ),
            (
                "memory after the load",
                format!("{:.1} MiB", Self::mebibytes(self.busy_memory)),
                "",
            ),
            ("first login", format!("{:.0?}", start.first_login), ""),
        ];
        writeln!(f)?;
        for (name, figure, bar) in figures {
            writeln!(f, "{name:<24}{figure:>10}   {bar}")?;
        }
        let verdict = if self.is_met() {
            "every bar is met"
        } else {
            "A BAR IS MISSED"
        };
        writeln!(f, "\n{verdict}")
    }
}
