//! Why a command did not do what it was asked, and how it says so.

use std::{error::Error, fmt, process::ExitCode};

use crate::{
    config::{LogFormat, Violations},
    invocation,
    telemetry::line,
};

/// `EX_CONFIG` of sysexits.h.
pub const EX_CONFIG: u8 = 78;

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// The configuration is not good.
    Config(Violations),
    /// Anything else, in words that say what to do.
    Other(Told),
}

/// An error and what to do about it.
#[derive(Debug)]
pub struct Told {
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    /// A failure that these words explain.
    pub fn told(message: impl Into<String>) -> Self {
        Self::Other(Told { message: message.into(), source: None })
    }

    /// A failure that these words and what lies under it explain.
    pub fn because(
        message: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::Other(Told { message: message.into(), source: Some(source.into()) })
    }

    /// Writes all of it to stderr.
    pub fn tell(&self, format: LogFormat) {
        match self {
            Self::Config(Violations(violations)) => {
                for violation in violations {
                    line::error(format, &violation.to_string());
                }
                let told = format!(
                    "the configuration is refused; `{}` shows what is in force, .env.example \
                     every variable",
                    invocation::of("config"),
                );
                line::error(format, &told);
            }
            Self::Other(told) => line::error(format, &told.to_string()),
        }
    }

    /// What the process ends with.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Config(_) => ExitCode::from(EX_CONFIG),
            Self::Other(_) => ExitCode::FAILURE,
        }
    }
}

impl From<Violations> for Failure {
    fn from(violations: Violations) -> Self {
        Self::Config(violations)
    }
}

/// The message with everything that lies under it, for people who operate the process.
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        let mut cause = self.source.as_deref().map(|it| it as &dyn Error);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
