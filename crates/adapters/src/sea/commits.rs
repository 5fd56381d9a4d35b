//! Word from process to process that something was committed (`LISTEN` and `NOTIFY`), for what can't
//! be told in the usual way.

use std::time::Duration;

use basalt_domain::ports::StoreError;
use sea_orm::sqlx::{self, PgPool, postgres::PgListener};
use tokio::time::timeout;

use super::{
    SeaStore,
    failure::{Failure, driver_failed},
};

/// A part of the transaction: the word is out at the moment when others see what was written, and
/// not at all if it never was.
pub(super) const TELL: &str = "NOTIFY basalt_commits";
const CHANNEL: &str = "basalt_commits";

/// How long an answer may take when the server is asked whether it is still there.
const ANSWER: Duration = Duration::from_secs(1);
/// Without a word for so long, it is asked.
const SILENCE: Duration = Duration::from_secs(10);

impl SeaStore {
    /// From now on every commit of a unit of work is told to those who listen, if `needed` says so
    /// when it begins. The first call counts. On `SQLite` nobody listens, and nothing is told.
    pub fn tell_of_commits_while(&self, needed: impl Fn() -> bool + Send + Sync + 'static) {
        self.writer.tell_of_commits_while(Box::new(needed));
    }

    /// Listens for commits from now on, on a connection of its own. `None` on `SQLite`.
    pub async fn commits(&self) -> Result<Option<Commits>, StoreError> {
        let Some(connections) = self.writer.one_connection() else {
            return Ok(None);
        };
        let limit = self.acquire_timeout + self.statement_timeout;
        match timeout(limit, listen(&connections)).await {
            Ok(listening) => listening.map(Some).map_err(driver_failed),
            Err(_) => Err(Failure::took_longer_than(limit).into()),
        }
    }
}

async fn listen(connections: &PgPool) -> Result<Commits, sqlx::Error> {
    let mut listener = PgListener::connect_with(connections).await?;
    // Whoever listens learns of a gap, and begins anew.
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(Commits(listener))
}

/// Hears of commits that had to be told.
pub struct Commits(PgListener);

impl Commits {
    /// Waits until at least one was made since the last call. False once the connection is gone,
    /// and some may have been missed.
    pub async fn next(&mut self) -> bool {
        loop {
            match timeout(SILENCE, self.0.try_recv()).await {
                Ok(Ok(Some(_))) => {
                    while self.0.next_buffered().is_some() {}
                    return true;
                }
                Ok(Ok(None) | Err(_)) => return false,
                Err(_) => {
                    let asked = sqlx::query("SELECT 1").execute(&mut self.0);
                    if !matches!(timeout(ANSWER, asked).await, Ok(Ok(_))) {
                        return false;
                    }
                }
            }
        }
    }
}
