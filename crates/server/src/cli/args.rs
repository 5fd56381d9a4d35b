//! The command line's grammar.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// A users and posts API.
#[derive(Debug, Parser)]
#[command(
    name = "basalt",
    version,
    about = "A users and posts API. Without a command it serves.",
    after_help = "Examples:
  basalt                              serve, from a file in data/ if nothing is configured
  basalt user create --email root@example.org --name Root --admin
  basalt --config /etc/basalt.toml config

`.env.example` and docs/OPERATIONS.md list every variable."
)]
pub struct Cli {
    /// A TOML file with variables, instead of basalt.toml
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// What to do; without it, serve
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the process can do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Serve the API (the default)
    #[command(after_help = "Example:\n  PORT=8080 basalt serve")]
    Serve,
    /// Print the version
    #[command(after_help = "Example:\n  basalt version")]
    Version,
    /// Change the schema of the database, or show where it stands
    #[command(subcommand)]
    Migrate(Migrate),
    /// Manage accounts without a token: for the first administrator, or a forgotten password
    #[command(subcommand)]
    User(UserCommand),
    /// Copy the SQLite file, also while it is in use
    #[command(after_help = "Example:\n  basalt backup backups/basalt-monday.db")]
    Backup {
        /// Where the copy goes; it must not exist
        file: PathBuf,
    },
    /// Print the OpenAPI document
    #[command(after_help = "Example:\n  basalt openapi > openapi.json")]
    Openapi,
    /// Ask a server whether it is ready; the exit code tells
    #[command(after_help = "Examples:
  basalt health
  basalt health --url http://127.0.0.1:8080")]
    Health {
        /// The address of a server, instead of the configured one
        #[arg(long)]
        url: Option<String>,
    },
    /// Show every variable: name, value in force, source
    #[command(after_help = "Example:\n  basalt config | grep DATABASE")]
    Config,
}

/// What can be done with the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum Migrate {
    /// Apply every step that is missing
    #[command(after_help = "Example:\n  basalt migrate up")]
    Up,
    /// Undo the last step
    #[command(after_help = "Example:\n  basalt migrate down")]
    Down,
    /// Show the steps
    #[command(after_help = "Example:\n  basalt migrate status")]
    Status,
    /// Count all lists anew, also while servers run, after a write that no trigger saw
    ///
    /// Corrects the totals, says what differed, and ends every page that is cached.
    #[command(after_help = "Example, after rows were restored without their triggers:
  pg_restore --data-only --disable-triggers --table=posts --dbname=basalt monday.dump
  basalt migrate recount")]
    Recount,
}

/// What can be done with accounts.
#[derive(Clone, Debug, Subcommand)]
pub enum UserCommand {
    /// Add an account; the password is prompted for, or the first line of stdin
    #[command(after_help = "Examples:
  basalt user create --email root@example.org --name Root --admin
  pass show basalt | basalt user create --email root@example.org --name Root --admin")]
    Create {
        /// Whose
        #[command(flatten)]
        whose: Whose,
        /// What they are called
        #[arg(long)]
        name: String,
        /// Make them an administrator
        #[arg(long)]
        admin: bool,
    },
    /// Change role or state of an account; its tokens end
    #[command(after_help = "Examples:
  basalt user set --email ann@example.org --role ADMIN
  basalt user set --email ann@example.org --active false")]
    Set {
        /// Whose
        #[command(flatten)]
        whose: Whose,
        /// Its new role
        #[arg(long, required_unless_present = "active")]
        role: Option<RoleName>,
        /// Whether it can be used
        #[arg(long)]
        active: Option<bool>,
    },
    /// Show every account: role, state, since when, id, address, name
    #[command(after_help = "Example:\n  basalt user list")]
    List,
    /// Close an account; its posts go with it, its tokens end
    #[command(after_help = "Example:\n  basalt user delete --email ann@example.org")]
    Delete {
        /// Whose
        #[command(flatten)]
        whose: Whose,
    },
    /// Set the password of an account; its tokens end
    #[command(after_help = "Examples:
  basalt user password --email ann@example.org
  pass show ann | basalt user password --email ann@example.org")]
    Password {
        /// Whose
        #[command(flatten)]
        whose: Whose,
    },
}

/// Whose account.
#[derive(Args, Clone, Debug)]
pub struct Whose {
    /// The account's e-mail address
    #[arg(long)]
    pub email: String,
}

/// A role as the API spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Manages their own things.
    #[value(name = "USER")]
    User,
    /// Manages everyone's.
    #[value(name = "ADMIN")]
    Admin,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_grammar_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_command_it_serves() {
        assert!(parse("basalt").unwrap().command.is_none());
    }

    #[test]
    fn the_file_may_stand_before_or_after_the_command() {
        for line in [
            "basalt --config x.toml migrate up",
            "basalt migrate --config x.toml up",
            "basalt migrate up --config x.toml",
        ] {
            let cli = parse(line).unwrap();
            assert_eq!(cli.config, Some(PathBuf::from("x.toml")), "{line}");
            assert!(matches!(cli.command, Some(Command::Migrate(Migrate::Up))));
        }
    }

    #[test]
    fn no_command_takes_a_password() {
        for line in [
            "basalt user create --email a@b.c --name A --password secret",
            "basalt user password --email a@b.c secret",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn setting_nothing_is_refused() {
        assert!(parse("basalt user set --email a@b.c").is_err());
        assert!(parse("basalt user set --email a@b.c --active false").is_ok());
        assert!(parse("basalt user set --email a@b.c --role ADMIN").is_ok());
        assert!(parse("basalt user set --email a@b.c --role admin").is_err());
    }

    #[test]
    fn every_command_shows_an_example() {
        fn leaves(command: &clap::Command) -> Vec<&clap::Command> {
            let mut inner = command.get_subcommands().peekable();
            if inner.peek().is_none() {
                return vec![command];
            }
            inner.flat_map(leaves).collect()
        }
        for leaf in leaves(&Cli::command()) {
            let help = leaf.get_after_help().map(ToString::to_string);
            let help = help.unwrap_or_default();
            assert!(help.contains("Example"), "{}", leaf.get_name());
        }
    }
}
