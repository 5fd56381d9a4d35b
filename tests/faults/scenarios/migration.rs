//! Several processes that find an empty database at once.

use std::process::{Output, Stdio};

use super::{Length, Outcome};
use crate::{
    figures::Figures,
    support::{Server, Setup, Sql, database},
};

const AT_ONCE: usize = 4;

/// Everything there is in the schema, as PostgreSQL describes it.
const COLUMNS: &str = "SELECT concat_ws(' ', table_name, ordinal_position, column_name, data_type, \
                       is_nullable, column_default) FROM information_schema.columns \
                       WHERE table_schema = 'public' ORDER BY 1";
const INDEXES: &str = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1";
const CONSTRAINTS: &str = "SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) \
                           FROM pg_constraint WHERE connamespace = 'public'::regnamespace \
                           ORDER BY 1";

/// The commands, and then servers that migrate when they start.
pub(crate) async fn at_once(length: Length) -> Outcome {
    let alone = database().await?;
    migrate(&Setup::database(alone.url()), 1);
    let right = schema(alone.url()).await;
    let mut figures = Figures::default();
    let rounds = length.of(3, 20);
    let (mut failed, mut did_it, mut waited, mut wrong) = (0, 0, 0, 0);
    for _ in 0..rounds {
        let database = database().await?;
        let setup = Setup::database(database.url());
        for output in migrate(&setup, AT_ONCE) {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            failed += usize::from(!output.status.success());
            did_it += usize::from(said.contains("applied m"));
            // The indexes are there now, if the one that did it was not yet done at the first look.
            let none = ["nothing to do", "no step is missing"];
            waited += usize::from(none.iter().any(|words| said.contains(words)));
        }
        wrong += usize::from(schema(database.url()).await != right);
    }
    figures.note(format!(
        "{rounds} rounds of {AT_ONCE} `migrate up`, {} facts of a schema",
        right.len()
    ));
    figures.none("failed", failed);
    figures.exactly("did it", did_it, rounds);
    figures.exactly("waited", waited, rounds * (AT_ONCE - 1));
    figures.none("wrong schemas", wrong);

    let database = database().await?;
    let setup = Setup::database(database.url());
    let begin = || Server::start(&setup);
    let servers = tokio::join!(begin(), begin(), begin(), begin());
    let servers = <[Server; AT_ONCE]>::from(servers);
    let mut ready = 0;
    for server in &servers {
        ready += usize::from(server.is_ready().await);
    }
    figures.exactly("servers that migrated at once and are ready", ready, AT_ONCE);
    figures.holds("their schema is right", schema(database.url()).await == right);
    let sql = Sql::open(database.url()).await;
    let admins = sql.texts("SELECT email FROM users WHERE role = 'ADMIN'").await;
    figures.exactly("first administrators", admins.len(), 1);
    Ok(figures)
}

/// Starts `count` processes before any of them can have ended, and waits for all.
fn migrate(setup: &Setup, count: usize) -> Vec<Output> {
    let start = |_| {
        let mut command = setup.command();
        command.args(["migrate", "up"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the binary starts")
    };
    let started: Vec<_> = (0..count).map(start).collect();
    let end = |child: std::process::Child| child.wait_with_output().expect("it ends");
    started.into_iter().map(end).collect()
}

async fn schema(url: &str) -> Vec<String> {
    let sql = Sql::open(url).await;
    let mut facts = sql.texts(COLUMNS).await;
    facts.extend(sql.texts(INDEXES).await);
    facts.extend(sql.texts(CONSTRAINTS).await);
    facts
}
