//! Counts, spans of time, and limits.

use std::time::Duration;

use basalt_domain::Quota;

use super::Parsed;

pub(in crate::config) fn port(raw: &str) -> Parsed<u16> {
    number(raw, 0, u16::MAX.into()).map(|port| u16::try_from(port).unwrap_or_default())
}

pub(in crate::config) fn connections(raw: &str) -> Parsed<u32> {
    number(raw, 1, 1_000).map(|count| u32::try_from(count).unwrap_or(1_000))
}

pub(in crate::config) fn milliseconds(raw: &str) -> Parsed<Duration> {
    number(raw, 1, 60_000).map(Duration::from_millis)
}

pub(in crate::config) fn request_timeout(raw: &str) -> Parsed<Duration> {
    number(raw, 100, 600_000).map(Duration::from_millis)
}

pub(in crate::config) fn token_ttl(raw: &str) -> Parsed<Duration> {
    number(raw, 1, 31_536_000).map(Duration::from_secs)
}

pub(in crate::config) fn cache_ttl(raw: &str) -> Parsed<Duration> {
    number(raw, 0, 86_400).map(Duration::from_secs)
}

pub(in crate::config) fn keep_alive(raw: &str) -> Parsed<Duration> {
    number(raw, 1, 3_600).map(Duration::from_secs)
}

pub(in crate::config) fn hash_queue(raw: &str) -> Parsed<Duration> {
    number(raw, 0, 60_000).map(Duration::from_millis)
}

pub(in crate::config) fn stop_seconds(raw: &str) -> Parsed<Duration> {
    number(raw, 0, 3_600).map(Duration::from_secs)
}

pub(in crate::config) fn workers(raw: &str) -> Parsed<usize> {
    number(raw, 1, 512).map(|count| usize::try_from(count).unwrap_or(1))
}

pub(in crate::config) fn in_flight(raw: &str) -> Parsed<usize> {
    number(raw, 1, 1_000_000).map(|count| usize::try_from(count).unwrap_or(1))
}

pub(in crate::config) fn password_length(raw: &str) -> Parsed<usize> {
    number(raw, 6, 64).map(|count| usize::try_from(count).unwrap_or(64))
}

pub(in crate::config) fn limit(raw: &str) -> Parsed<Option<Quota>> {
    if raw == "off" {
        return Ok(None);
    }
    let refused = || {
        format!(
            "must be units/seconds like 100/900, units from 1 to {UNITS} and seconds from 1 to \
             {SECONDS}, or off"
        )
    };
    let (units, seconds) = raw.split_once('/').ok_or_else(refused)?;
    let units = number(units, 1, UNITS.into()).map_err(|_| refused())?;
    let seconds = number(seconds, 1, SECONDS).map_err(|_| refused())?;
    Ok(Some(Quota {
        units: u32::try_from(units).unwrap_or(UNITS),
        window: Duration::from_secs(seconds),
    }))
}

const UNITS: u32 = 1_000_000;
const SECONDS: u64 = 86_400;

/// A whole number without a sign, from `min` to `max`.
fn number(raw: &str, min: u64, max: u64) -> Parsed<u64> {
    let digits = raw.bytes().all(|byte| byte.is_ascii_digit());
    let number = raw.parse().ok().filter(|_| digits);
    number
        .filter(|number| (min..=max).contains(number))
        .ok_or_else(|| format!("must be a whole number from {min} to {max}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_plain_and_within_their_range() {
        assert_eq!(port("0"), Ok(0));
        assert_eq!(port("65535"), Ok(65_535));
        for refused in ["65536", "+1", "-1", "1.0", "", " 1", "0x10"] {
            assert!(port(refused).is_err(), "{refused:?}");
        }
        assert!(password_length("5").is_err());
        assert!(password_length("65").is_err());
    }

    #[test]
    fn a_limit_is_units_and_seconds_or_off() {
        assert_eq!(limit("off"), Ok(None));
        let five = Quota { units: 5, window: Duration::from_mins(15) };
        assert_eq!(limit("5/900"), Ok(Some(five)));
        for refused in ["0/900", "5/0", "5", "5/900/1", "a/b", "on"] {
            assert!(limit(refused).is_err(), "{refused:?}");
        }
    }
}
