//! The command line.

mod args;
mod failure;
mod health;
mod migrate;
mod password;
mod serve;
mod users;

use std::{
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
    sync::Arc,
};

use basalt_domain::ports::{Store, StoreError};
use clap::{
    Parser as _,
    error::{ContextKind, ContextValue, ErrorKind},
};

pub use args::{Cli, Command, Migrate, RoleName, UserCommand, Whose};
pub use failure::{EX_CONFIG, Failure};

use crate::{
    application::wiring,
    config::{Config, LogFormat, Sources, in_force, log_format_of, variables::ALL},
    invocation,
    telemetry::{line, logs, panics},
};

/// Does what the process's arguments say.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(other) => return not_a_command(&other),
    };
    let sources = Sources::of_process(cli.config.as_deref());
    invocation::learn(&sources, cli.config.as_deref());
    panics::tell(log_format_of(&sources));
    match run(cli.command.unwrap_or(Command::Serve), &sources) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell(log_format_of(&sources));
            failure.exit_code()
        }
    }
}

/// Help, the version, or arguments that make no sense.
fn not_a_command(other: &clap::Error) -> ExitCode {
    if !other.use_stderr() {
        let _ = other.print();
        return ExitCode::SUCCESS;
    }
    let advice = advice_on(other);
    match log_format_of(&Sources::of_process(None)) {
        // As clap lays it out, over several lines.
        LogFormat::Text => {
            let _ = other.print();
            if let Some(advice) = advice {
                line::error(LogFormat::Text, &advice);
            }
        }
        format @ LogFormat::Json => {
            let told = other.to_string();
            let told = [told.trim_end(), advice.as_deref().unwrap_or_default()].join("\n");
            line::error(format, told.trim_end());
        }
    }
    ExitCode::FAILURE
}

/// What elsewhere is an option is a variable here.
fn advice_on(other: &clap::Error) -> Option<String> {
    if other.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let Some(ContextValue::String(argument)) = other.get(ContextKind::InvalidArg) else {
        return None;
    };
    let name = argument.trim_start_matches('-').replace('-', "_");
    let name = name.to_ascii_uppercase();
    Some(if ALL.iter().any(|row| row.name == name) {
        format!(
            "{argument} is the variable {name}: set it in the environment ({name}=… basalt \
             serve), in .env or in basalt.toml"
        )
    } else {
        "settings are variables and no options; `basalt config` shows them all".to_owned()
    })
}

fn run(command: Command, sources: &Sources) -> Result<(), Failure> {
    match command {
        Command::Version => print(concat!("basalt ", env!("CARGO_PKG_VERSION"), "\n")),
        Command::Config => {
            print(&in_force(sources))?;
            let config = Config::load(sources)?;
            for warning in &config.warnings {
                line::warning(config.logs.format, &warning.to_string());
            }
            Ok(())
        }
        Command::Serve => serve::run(Config::load(sources)?),
        other => run_once(other, &Config::load_for_a_command(sources)?),
    }
}

/// What signs nothing and ends by itself.
fn run_once(command: Command, config: &Config) -> Result<(), Failure> {
    match command {
        // Done above.
        Command::Version | Command::Config | Command::Serve => Ok(()),
        Command::Openapi => {
            let document = basalt_api::openapi(&wiring::settings_of(config));
            print(&format!("{document:#}\n"))
        }
        Command::Health { url } => health::ask(url.as_deref(), config),
        Command::Migrate(what) => blocking(config, async {
            let store = open(config, what == Migrate::Up).await?;
            let outcome = migrate::run(what, &*store, config).await;
            close(&*store).await?;
            outcome
        }),
        Command::Backup { file } => blocking(config, async {
            let store = open(config, false).await?;
            copy(&*store, &file).await?;
            close(&*store).await
        }),
        Command::User(what) => blocking(config, async {
            let store = open(config, false).await?;
            migrate::ensure_current(&*store, config.database.auto_migrate).await?;
            users::run(what, config, &*store).await?;
            close(&*store).await
        }),
    }
}

/// Runs a command with a log of its own on stderr.
fn blocking(
    config: &Config,
    command: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    let _log = logs::install(&config.logs, logs::Output::Stderr, false);
    logs::warn_of(&config.warnings);
    runtime()?.block_on(command)
}

/// One thread: a command does one thing, and a server's workers have runtimes of their own.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::because("the process can't begin to work", error))
}

/// Opens the database. A file that is missing is made for those alone who begin one.
async fn open(config: &Config, make_file: bool) -> Result<Arc<dyn Store>, Failure> {
    let opened = wiring::open(&config.database, make_file).await;
    opened.map_err(|error| {
        let database = config.database.url.shown();
        Failure::because(format!("{database} can't be opened; check DATABASE_URL"), error)
    })
}

async fn close(store: &dyn Store) -> Result<(), Failure> {
    store.close().await.map_err(store_failed)
}

async fn copy(store: &dyn Store, file: &Path) -> Result<(), Failure> {
    let made = store.back_up(file).await;
    made.map_err(|error| Failure::because(format!("no copy at {}", file.display()), error))?;
    print(&format!("copied to {}\n", file.display()))
}

fn store_failed(error: StoreError) -> Failure {
    Failure::because("the database failed; is it in use by something that holds it?", error)
}

/// Writes a command's answer. A reader that has gone (`| head`) is no failure.
fn print(text: &str) -> Result<(), Failure> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::because("stdout can't be written to", error))
        }
        _ => Ok(()),
    }
}
