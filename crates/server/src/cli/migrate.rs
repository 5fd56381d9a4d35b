//! `basalt migrate …`.

use std::fmt::Write as _;

use basalt_adapters::sea::{SchemaState, SchemaStatus, SeaStore};

use super::{Failure, args::Migrate, store_failed};

/// Does it, and says what was done.
pub(super) async fn run(what: Migrate, store: &SeaStore) -> Result<String, Failure> {
    match what {
        Migrate::Up => {
            let applied = store.migrate_up().await.map_err(store_failed)?;
            if applied.is_empty() {
                return Ok("nothing to do: the schema is up to date\n".to_owned());
            }
            Ok(applied.iter().fold(String::new(), |mut said, step| {
                let _ = writeln!(said, "applied {step}");
                said
            }))
        }
        Migrate::Down => match store.migrate_down_one().await.map_err(store_failed)? {
            Some(step) => Ok(format!("undid {step}\n")),
            None => Ok("nothing to undo: no step is applied\n".to_owned()),
        },
        Migrate::Status => {
            let status = store.migration_status().await.map_err(store_failed)?;
            Ok(described(&status))
        }
    }
}

/// Applies what the schema misses where a server would do so too, else refuses.
pub(super) async fn ensure_current(store: &SeaStore, auto_migrate: bool) -> Result<(), Failure> {
    if auto_migrate {
        store.migrate_up().await.map_err(store_failed)?;
    }
    let status = store.migration_status().await.map_err(store_failed)?;
    if status.state() == SchemaState::TooOld {
        return Err(Failure::told(
            "the schema of the database is too old; run `basalt migrate up` first",
        ));
    }
    Ok(())
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
        SchemaState::TooOld => writeln!(text, "steps are missing: run `basalt migrate up`"),
        SchemaState::Newer => {
            writeln!(
                text,
                "a later release has been here; this one works with it"
            )
        }
    };
    text
}
