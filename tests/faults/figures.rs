//! What a scenario measured, each figure beside its bar.

use std::time::Duration;

/// The figures of one scenario, in the order in which they were taken.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    told: Vec<String>,
    missed: bool,
}

impl Figures {
    /// A figure without a bar.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.told.push(text.into());
    }

    /// A time that must not be longer than `bar`.
    pub(crate) fn within(&mut self, what: &str, took: Duration, bar: Duration) {
        let text = format!("{what} {}", time(took));
        self.judge(&text, &format!("bar {}", time(bar)), took <= bar);
    }

    /// A number of things that must not happen.
    pub(crate) fn none(&mut self, what: &str, count: usize) {
        self.judge(&format!("{count} {what}"), "bar 0", count == 0);
    }

    /// A number that must be met exactly.
    pub(crate) fn exactly(&mut self, what: &str, found: usize, wanted: usize) {
        let holds = found == wanted;
        self.judge(&format!("{what} {found}"), &format!("bar {wanted}"), holds);
    }

    /// A number that must not be greater than `bar`.
    pub(crate) fn at_most(&mut self, what: &str, found: usize, bar: usize) {
        let holds = found <= bar;
        let bar = format!("bar at most {bar}");
        self.judge(&format!("{what} {found}"), &bar, holds);
    }

    /// A number that must not be less than `bar`.
    pub(crate) fn at_least(&mut self, what: &str, found: usize, bar: usize) {
        let holds = found >= bar;
        let bar = format!("bar at least {bar}");
        self.judge(&format!("{what} {found}"), &bar, holds);
    }

    /// Whether something is so.
    pub(crate) fn holds(&mut self, what: &str, so: bool) {
        let told = if so { "yes" } else { "no" };
        self.judge(&format!("{what}: {told}"), "bar yes", so);
    }

    /// Whether every bar was held.
    pub(crate) fn hold(&self) -> bool {
        !self.missed
    }

    /// All of them on one line.
    pub(crate) fn line(&self) -> String {
        self.told.join("; ")
    }

    fn judge(&mut self, text: &str, bar: &str, holds: bool) {
        let mark = if holds { "" } else { ", MISSED" };
        self.told.push(format!("{text} ({bar}{mark})"));
        self.missed |= !holds;
    }
}

/// A time as people say it.
pub(crate) fn time(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    if milliseconds < 10.0 {
        format!("{milliseconds:.1} ms")
    } else if milliseconds < 1000.0 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{:.2} s", milliseconds / 1000.0)
    }
}
