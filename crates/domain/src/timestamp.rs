use chrono::{DateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};

/// A moment in UTC, cut to whole microseconds: what every store keeps, so that a value read back
/// equals the one written and a cursor made from it points at the same row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Cuts `time` to microseconds.
    pub fn new(time: DateTime<Utc>) -> Self {
        Self(time.trunc_subsecs(6))
    }

    /// From microseconds since 1970, `None` when no calendar reaches that far.
    pub fn from_micros(micros: i64) -> Option<Self> {
        DateTime::from_timestamp_micros(micros).map(Self)
    }

    /// Microseconds since 1970.
    pub fn as_micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    /// Whole seconds since 1970, rounded down.
    pub fn as_seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// The calendar's form.
    pub fn as_datetime(self) -> DateTime<Utc> {
        self.0
    }

    /// This moment and `duration`; stays at the calendar's end.
    #[must_use]
    pub fn plus(self, duration: std::time::Duration) -> Self {
        let delta = TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        Self::new(self.0.checked_add_signed(delta).unwrap_or(DateTime::<Utc>::MAX_UTC))
    }

    /// `self`, or one microsecond after `earlier` where the clock has not moved on: a later state
    /// of the same thing always has a later time.
    #[must_use]
    pub fn after(self, earlier: Self) -> Self {
        self.max(Self(earlier.0 + TimeDelta::microseconds(1)))
    }

    /// RFC 3339 with `Z` and six fraction digits.
    pub fn to_rfc3339(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Micros, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_cut_to_microseconds_and_always_show_six_digits() {
        let time = Timestamp::new(DateTime::from_timestamp(1_700_000_000, 123_456_789).unwrap());
        assert_eq!(time.to_rfc3339(), "2023-11-14T22:13:20.123456Z");
        let whole = Timestamp::from_micros(1_700_000_000_000_000).unwrap();
        assert_eq!(whole.to_rfc3339(), "2023-11-14T22:13:20.000000Z");
    }

    #[test]
    fn a_change_is_later_than_what_it_changes_even_when_the_clock_stands_still() {
        let now = Timestamp::from_micros(5).unwrap();
        assert_eq!(now.after(now).as_micros(), 6);
        assert_eq!(now.after(Timestamp::from_micros(1).unwrap()), now);
    }
}
