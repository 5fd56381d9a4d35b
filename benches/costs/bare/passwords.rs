//! The raw rate of Argon2id: one thread that checks one password after the other.

use std::{
    io,
    process::ExitCode,
    time::{Duration, Instant},
};

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};

use crate::{figures::Figures, processor::server_command, usage, wrong};

const PASSWORD: &[u8] = b"correct horse battery staple";

/// Runs [`main`] on the core of the servers.
pub(crate) fn measure(duration: Duration) -> io::Result<Figures> {
    let output = server_command()?.args(["passwords", &duration.as_secs().to_string()]).output()?;
    let output = String::from_utf8(output.stdout).map_err(wrong)?;
    let mut micros = output.lines().map(|line| line.parse().map(Duration::from_micros));
    let worked = micros.next().ok_or_else(|| wrong("no password was checked"))?;
    let checks: Vec<Duration> = micros.collect::<Result<_, _>>().map_err(wrong)?;
    let count = u32::try_from(checks.len().max(1)).map_err(wrong)?;
    let elapsed = checks.iter().sum();
    Ok(Figures { server: Some(worked.map_err(wrong)? / count), ..Figures::of(checks, elapsed) })
}

/// `passwords SECONDS`: the processor time of all checks, then what each took, in microseconds.
pub(crate) fn main() -> ExitCode {
    let seconds = std::env::args().nth(2).and_then(|seconds| seconds.parse().ok());
    let until = Instant::now() + Duration::from_secs(seconds.unwrap_or(1));
    match check(until) {
        Ok((worked, checks)) => {
            for duration in [worked].into_iter().chain(checks) {
                println!("{}", duration.as_micros());
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn check(until: Instant) -> io::Result<(Duration, Vec<Duration>)> {
    let argon2 = Argon2::default();
    let hash = argon2.hash_password(PASSWORD).map_err(|error| wrong(error.to_string()))?;
    let own = std::process::id();
    let (before, mut checks) = (usage::processor_time(own)?, Vec::new());
    while Instant::now() < until {
        let begun = Instant::now();
        let checked = argon2.verify_password(PASSWORD, &hash);
        checked.map_err(|error| wrong(error.to_string()))?;
        checks.push(begun.elapsed());
    }
    let worked = usage::processor_time(own)?.saturating_sub(before);
    Ok((worked, checks))
}
