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
};

use basalt_adapters::sea::SeaStore;
use basalt_domain::ports::StoreError;
use clap::Parser as _;

pub use args::{Cli, Command, Migrate, RoleName, UserCommand, Whose};
pub use failure::{EX_CONFIG, Failure};

use crate::{
    application::{operators, wiring::sea_options},
    config::{Config, LogFormat, Sources, Violations, in_force, log_format_of},
    telemetry::{line, logs, panics},
};

/// Does what the process's arguments say.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(other) => return not_a_command(&other),
    };
    let sources = match Sources::of_process(cli.config.as_deref()) {
        Ok(sources) => sources,
        Err(violation) => {
            let failure = Failure::Config(Violations(vec![violation]));
            // Of the environment alone, since the other sources can't be read.
            failure.tell(log_format_of(&Sources::of_environment()));
            return failure.exit_code();
        }
    };
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
    match log_format_of(&Sources::of_environment()) {
        // As clap lays it out, over several lines.
        LogFormat::Text => {
            let _ = other.print();
        }
        format @ LogFormat::Json => line::error(format, other.to_string().trim_end()),
    }
    ExitCode::FAILURE
}

fn run(command: Command, sources: &Sources) -> Result<(), Failure> {
    if matches!(command, Command::Config) {
        print(&in_force(sources))?;
        Config::load(sources)?;
        return Ok(());
    }
    let config = Config::load(sources)?;
    match command {
        Command::Serve => serve::run(config),
        // Done above, so that it also shows what is refused.
        Command::Config => Ok(()),
        Command::Openapi => {
            let document = basalt_api::openapi(&crate::application::wiring::settings_of(&config));
            print(&format!("{document:#}\n"))
        }
        Command::Health { url } => health::ask(url.as_deref(), &config),
        Command::Migrate(what) => blocking(&config, async {
            let store = open(&config, what == Migrate::Up).await?;
            let outcome = migrate::run(what, &store).await;
            close(store).await?;
            outcome
        }),
        Command::Backup { file } => blocking(&config, async {
            let store = open(&config, false).await?;
            copy(&store, &file).await?;
            close(store).await
        }),
        Command::User(what) => blocking(&config, async {
            let store = open(&config, false).await?;
            migrate::ensure_current(&store, config.database.auto_migrate).await?;
            let operators = operators(&config, store.clone());
            let policy = config.passwords.policy();
            let done = users::run(what, &operators, &policy).await?;
            print(&format!("{done}\n"))?;
            close(store).await
        }),
    }
}

/// Runs a command with a log of its own on stderr.
fn blocking(
    config: &Config,
    command: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    let _log = logs::install(&config.logs, logs::Output::Stderr);
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
async fn open(config: &Config, make_file: bool) -> Result<SeaStore, Failure> {
    let connected = SeaStore::connect(sea_options(&config.database, make_file)).await;
    connected.map_err(|error| {
        let database = config.database.url.shown();
        Failure::because(
            format!("{database} can't be opened; check DATABASE_URL"),
            error,
        )
    })
}

async fn close(store: SeaStore) -> Result<(), Failure> {
    store.close().await.map_err(store_failed)
}

async fn copy(store: &SeaStore, file: &Path) -> Result<(), Failure> {
    let made = store.backup(file).await;
    made.map_err(|error| Failure::because(format!("no copy at {}", file.display()), error))?;
    print(&format!("copied to {}\n", file.display()))
}

fn store_failed(error: StoreError) -> Failure {
    Failure::because(
        "the database failed; is it in use by something that holds it?",
        error,
    )
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
