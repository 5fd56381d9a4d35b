//! Opens an `SQLite` file.

use std::{path::PathBuf, str::FromStr, sync::Arc, time::Duration};

use basalt_domain::ports::StoreError;
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, SqlxSqliteConnector, Statement,
    sqlx::{
        self, ConnectOptions, Connection,
        sqlite::{
            SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
            SqliteSynchronous,
        },
    },
};

use super::{
    SeaOptions, dialect,
    failure::{driver_failed, of_the_start},
    file,
    pool::Pool,
    presence::{self, OpenFile},
    store::Pools,
};

/// An idle reader is closed after this: each keeps up to 2 MiB of pages and a thread, and is opened
/// again in less than a millisecond.
const IDLE_READER: Duration = Duration::from_secs(30);

const RETRY_OF_THE_FIRST_CONNECTION: Duration = Duration::from_millis(10);

/// Makes the file and its folders if the options say so and they are missing, and finds out whether
/// this process may use it. Returns where it is.
pub(super) async fn prepare(options: &SeaOptions) -> Result<PathBuf, StoreError> {
    let connect = connect_options(options)?;
    let make = options.make_file && mode(&options.url) != Some("rw");
    file::prepare(connect.get_filename(), make).await
}

/// Opens the file. `SQLite` has one writer at a time, so ours is one connection and writers wait
/// for it in a fair queue instead of asking again and again for a lock.
pub(super) async fn open(options: &SeaOptions) -> Result<Pools, StoreError> {
    let real = prepare(options).await?;
    let connect = connect_options(options)?;
    let name = std::path::absolute(connect.get_filename()).map_err(StoreError::failed)?;
    let opened = Arc::new(OpenFile::at(name, &real));
    let (doubted, connected) = (opened.clone(), opened.clone());
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(options.acquire_timeout)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .before_acquire(move |_, _| {
            let is_good = !doubted.take_doubt();
            Box::pin(async move { Ok(is_good) })
        })
        .after_connect(move |_, _| {
            let file = connected.clone();
            Box::pin(async move {
                file.note_connection().await;
                Ok(())
            })
        })
        // A transaction that SQLite itself rolled back (the disk was full) is one that sqlx still
        // counts: what it calls the next one would be a part of it. Such a connection is done.
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_lazy_with(connect.clone());
    make_write_ahead_log(&writer).await?;
    opened.remember().await?;
    let acquire_timeout = options.acquire_timeout;
    let readers = move |most| {
        let readers = SqlitePoolOptions::new()
            .max_connections(most)
            .acquire_timeout(acquire_timeout)
            .idle_timeout(IDLE_READER)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_lazy_with(connect.clone().pragma("query_only", "ON"));
        SqlxSqliteConnector::from_sqlx_sqlite_pool(readers)
    };
    tokio::spawn(presence::watch(Arc::downgrade(&opened), writer.clone()));
    let writer = SqlxSqliteConnector::from_sqlx_sqlite_pool(writer);
    Ok(Pools {
        reader: Pool::of_file(readers(options.max_connections), opened.clone()),
        writer: Pool::of_file(writer, opened),
        replica: None,
        one_more: Arc::new(move || readers(1)),
    })
}

/// Makes the first connection, which turns the write-ahead log on. While another process does the
/// same for a new file, `SQLite` answers that it is locked without waiting, so the wait is ours; the
/// caller bounds it.
async fn make_write_ahead_log(writer: &SqlitePool) -> Result<(), StoreError> {
    loop {
        match writer.acquire().await {
            Ok(_) => return Ok(()),
            Err(sqlx::Error::Database(error)) if dialect::is_locked(&*error) => {
                tokio::time::sleep(RETRY_OF_THE_FIRST_CONNECTION).await;
            }
            Err(error) => return Err(of_the_start(error)),
        }
    }
}

pub(super) fn connect_options(options: &SeaOptions) -> Result<SqliteConnectOptions, StoreError> {
    let parsed = parsed(&options.url).map_err(|why| refused(&why))?;
    Ok(parsed
        // It is made before, with our rights. A connection that is opened later must not make
        // another, empty one where somebody removed it.
        .create_if_missing(false)
        // Readers see the last commit while somebody writes.
        .journal_mode(SqliteJournalMode::Wal)
        // With a write-ahead log, a commit has been handed to the operating system when it
        // returns, so it survives the end of the process, however sudden. FULL would also wait
        // for the disk at each commit; without it a power failure may cost the last commits, and
        // never the integrity of the file.
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        // Another process (a command beside the server) may hold the write lock. Waiting for it is
        // the same kind of waiting as for a connection, and must end before the call does: the
        // driver's thread is busy as long as SQLite waits.
        .busy_timeout(options.acquire_timeout)
        .disable_statement_logging())
}

/// The file that a URL names; the URL is looked at whole. An error ends a sentence that begins with
/// "it".
pub fn sqlite_file(url: &str) -> Result<PathBuf, String> {
    Ok(parsed(url)?.get_filename().to_owned())
}

fn parsed(url: &str) -> Result<SqliteConnectOptions, String> {
    let rest = url.strip_prefix("sqlite:").ok_or("does not start with sqlite:")?;
    let path = rest.split('?').next().unwrap_or_default();
    let path = path.strip_prefix("//").unwrap_or(path);
    let mode = mode(url);
    if path.is_empty() {
        return Err("names no file".to_owned());
    }
    if path == ":memory:" || mode == Some("memory") {
        return Err(
            "is in memory, which is another database for each connection; name a file".to_owned()
        );
    }
    if mode == Some("ro") {
        return Err("has mode=ro, which is for reading alone, and a server writes".to_owned());
    }
    SqliteConnectOptions::from_str(url).map_err(|error| match error {
        sqlx::Error::Configuration(why) => format!("has an {why}"),
        other => format!("can't be read: {other}"),
    })
}

fn refused(why: &str) -> StoreError {
    StoreError::failed(format!(
        "the database URL is none of SQLite: it {why} (sqlite://data/basalt.db is relative, \
         sqlite:///srv/basalt.db absolute)"
    ))
}

/// A mode in the URL is somebody's decision.
fn mode(url: &str) -> Option<&str> {
    let (_, parameters) = url.split_once('?')?;
    let mut parameters = parameters.split('&');
    parameters.find_map(|parameter| parameter.strip_prefix("mode="))
}

/// After a write was refused for want of rights or of room, writes without changing anything, to find
/// out whether that is over.
pub(super) async fn try_writing(writer: &Pool) -> Result<(), DbErr> {
    let Some(file) = writer.file().filter(|file| file.is_troubled()) else {
        return Ok(());
    };
    // A number that is everybody's, and that we use for nothing, is set to what it is: that puts a
    // page into the log, which an UPDATE to what a row holds already does not.
    let number = Statement::from_string(DbBackend::Sqlite, NUMBER);
    let row = writer.query_one_raw(number).await?;
    let number: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    writer.execute_unprepared(&format!("{NUMBER} = {number}")).await?;
    file.note_written();
    Ok(())
}

const NUMBER: &str = "PRAGMA user_version";

/// Copies the database as it is at this moment into the empty file `path`.
pub(super) async fn copy_into(reader: &DatabaseConnection, path: &str) -> Result<(), StoreError> {
    let copy = async {
        let pool = reader.get_sqlite_connection_pool();
        // Taken out of the pool for good, since it may then write: a copy counts as a write.
        let mut connection = pool.acquire().await?.detach();
        sqlx::query("PRAGMA query_only = OFF").execute(&mut connection).await?;
        let copy = sqlx::query("VACUUM INTO ?").bind(path);
        copy.execute(&mut connection).await?;
        connection.close().await
    };
    copy.await.map_err(driver_failed)
}
