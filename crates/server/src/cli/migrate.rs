//! `basalt migrate …`.

use std::fmt::Write as _;

use basalt_domain::ports::{Correction, SchemaState, SchemaStatus, Store};

use super::{Failure, args::Migrate, print, store_failed};
use crate::{application::warn_of_a_new_file, config::Config, invocation};

/// Does it, and says what was done.
pub(super) async fn run(what: Migrate, store: &dyn Store, config: &Config) -> Result<(), Failure> {
    match what {
        Migrate::Up => {
            let applied = store.migrate_up().await.map_err(store_failed)?;
            if applied.is_empty() {
                return print("nothing to do: the schema is up to date\n");
            }
            let steps = store.schema().await.map_err(store_failed)?.steps.len();
            warn_of_a_new_file(config, applied.len(), steps);
            let mut said = String::new();
            for step in &applied {
                let _ = writeln!(said, "applied {step}");
            }
            print(&said)
        }
        Migrate::Down => match store.migrate_down_one().await.map_err(store_failed)? {
            Some(step) => print(&format!("undid {step}\n")),
            None => print("nothing to undo: no step is applied\n"),
        },
        Migrate::Status => {
            let status = store.schema().await.map_err(store_failed)?;
            print(&described(&status))?;
            match status.state() {
                // On stderr, with the exit code, so that scripts notice.
                SchemaState::TooOld => Err(Failure::told(format!(
                    "steps are missing: run `{}`",
                    invocation::of("migrate up")
                ))),
                SchemaState::Current | SchemaState::Newer => Ok(()),
            }
        }
        Migrate::Recount => {
            ensure_current(store, false).await?;
            let differences = store.recount().await.map_err(store_failed)?;
            print(&corrected(&differences))
        }
    }
}

/// Applies what the schema misses where a server would do so too, else refuses.
pub(super) async fn ensure_current(store: &dyn Store, auto_migrate: bool) -> Result<(), Failure> {
    if auto_migrate {
        store.migrate_up().await.map_err(store_failed)?;
    }
    let status = store.schema().await.map_err(store_failed)?;
    if status.state() == SchemaState::TooOld {
        return Err(Failure::told(format!(
            "the schema of the database is too old; run `{}` first",
            invocation::of("migrate up")
        )));
    }
    Ok(())
}

fn corrected(differences: &[Correction]) -> String {
    let mut text = String::new();
    for Correction { name, was, is } in differences {
        let _ = writeln!(text, "{name} was {was}, is {is}");
    }
    if differences.is_empty() {
        text.push_str("nothing differed\n");
    }
    text.push_str("every list is read anew\n");
    text
}

fn described(status: &SchemaStatus) -> String {
    let mut text = String::new();
    for step in &status.steps {
        let mark = if step.applied { "applied" } else { "missing" };
        let _ = writeln!(text, "{mark}  {}", step.name);
    }
    for name in &status.unknown {
        let _ = writeln!(text, "unknown  {name}");
    }
    let _ = match status.state() {
        SchemaState::Current => writeln!(text, "the schema is up to date"),
        // Told by the failure.
        SchemaState::TooOld => Ok(()),
        SchemaState::Newer => {
            writeln!(text, "a later release has been here; this one works with it")
        }
    };
    text
}
