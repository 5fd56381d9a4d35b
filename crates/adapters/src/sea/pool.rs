//! The connections to one database.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use basalt_domain::ports::StoreError;
use sea_orm::{
    DatabaseConnection, DatabaseConnectionType, DbErr,
    sqlx::{Database, Pool as SqlxPool},
};

use super::{
    failure::{Failure, is_trouble_with_files},
    moment::LastMoment,
    postgres::{Answer, Server},
    presence::OpenFile,
    probing::find_out,
};
use crate::breaker::Breaker;

/// The connections to one database. Clones share them.
#[derive(Clone)]
pub(super) struct Pool(Arc<Shared>);

pub(super) struct Shared {
    /// Replaced as a whole when the server was away: what its connections still wait for may
    /// keep them long after it is back.
    connections: RwLock<DatabaseConnection>,
    /// The server behind them; an `SQLite` file has none.
    server: Option<Watched>,
    /// The `SQLite` file behind them; a server has none.
    file: Option<Arc<OpenFile>>,
    /// When something was last written.
    written: LastMoment,
}

pub(super) struct Watched {
    pub(super) server: Server,
    pub(super) breaker: Breaker,
}

impl Pool {
    /// Connections to a file.
    pub(super) fn of_file(connections: DatabaseConnection, file: Arc<OpenFile>) -> Self {
        Self::new(connections, None, Some(file))
    }

    /// Connections to a server, which is watched.
    pub(super) fn of_server(server: Server) -> Self {
        let breaker = Breaker::new(server.part());
        Self::new(server.pool(), Some(Watched { server, breaker }), None)
    }

    fn new(
        connections: DatabaseConnection,
        server: Option<Watched>,
        file: Option<Arc<OpenFile>>,
    ) -> Self {
        Self(Arc::new(Shared {
            connections: RwLock::new(connections),
            server,
            file,
            written: LastMoment::never(),
        }))
    }

    /// The connections of this moment. To be asked for at each use.
    pub(super) fn connections(&self) -> DatabaseConnection {
        self.0.connections()
    }

    /// Fails while the server is known to be away, or the file not the one that was opened.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if let Some(file) = &self.0.file {
            file.check()?;
        }
        let away = self.0.server.as_ref().and_then(|watched| watched.breaker.why_open());
        away.map_or(Ok(()), |reason| Err(Failure::away(&reason)))
    }

    /// True where a server is behind it, and not a file.
    pub(super) fn is_server(&self) -> bool {
        self.0.server.is_some()
    }

    /// True while the server is known to take no writes.
    pub(super) fn is_read_only(&self) -> bool {
        let watched = self.0.server.as_ref();
        watched.is_some_and(|watched| watched.breaker.is_read_only())
    }

    /// Notes what went wrong with a file.
    pub(super) fn note_error(&self, error: &DbErr) {
        if let Some(file) = &self.0.file
            && is_trouble_with_files(error)
        {
            file.note_trouble();
        }
    }

    /// The `SQLite` file behind them.
    pub(super) fn file(&self) -> Option<&OpenFile> {
        self.0.file.as_deref()
    }

    /// Looks in the background whether the server is away, because a call went wrong. True for the
    /// first who doubts.
    pub(super) fn doubt(&self) -> bool {
        if let Some(file) = &self.0.file {
            file.doubt();
        }
        let watched = self.0.server.as_ref();
        let is_first = watched.is_some_and(|watched| watched.breaker.doubt());
        if is_first {
            tokio::spawn(find_out(Arc::downgrade(&self.0)));
        }
        is_first
    }

    /// Has every connection of this moment replaced before it is used again.
    pub(super) fn give_up_connections(&self) {
        if let Some(watched) = &self.0.server {
            watched.server.give_up_connections();
        }
    }

    /// Notes that the server has answered, which one that is away does not.
    pub(super) fn note_answer(&self) {
        if let Some(watched) = &self.0.server {
            watched.breaker.note_answer();
        }
    }

    /// Asks the server on a connection beside these. An `SQLite` file has none to ask.
    pub(super) async fn server_answers(&self) -> Result<Answer, StoreError> {
        match &self.0.server {
            Some(watched) => watched.server.answer().await,
            None => Ok(Answer::Works),
        }
    }

    /// What has to be run for the limits of connections to be in force.
    #[cfg(test)]
    pub(super) async fn missing_settings(&self) -> Result<Vec<String>, StoreError> {
        let watched = self.0.server.as_ref().expect("an SQLite file has no settings");
        watched.server.missing_settings().await
    }

    /// The schema in which the tables are to be, where somebody says so.
    pub(super) fn schema(&self) -> Option<&str> {
        self.0.server.as_ref()?.server.schema()
    }

    /// Notes that something is written now.
    pub(super) fn note_write(&self) {
        self.0.written.note();
    }

    /// Whether something was written in the last `span`.
    pub(super) fn was_written_within(&self, span: Duration) -> bool {
        self.0.written.is_within(span)
    }

    /// Notes that the answer to a statement is not waited for.
    pub(super) fn note_abandoned(&self) {
        if let Some(watched) = &self.0.server {
            watched.server.note_abandoned();
        }
    }

    pub(super) async fn close(&self) -> Result<(), DbErr> {
        self.connections().close_by_ref().await
    }

    /// Idle and used connections, and the most that there may be.
    pub(super) fn usage(&self) -> [usize; 3] {
        fn of<D: Database>(pool: &SqlxPool<D>) -> [usize; 3] {
            let (all, idle) = (pool.size() as usize, pool.num_idle());
            let most = pool.options().get_max_connections() as usize;
            [idle, all.saturating_sub(idle), most]
        }
        let connections = self.connections();
        match &connections.inner {
            DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
                of(connections.get_postgres_connection_pool())
            }
            _ => of(connections.get_sqlite_connection_pool()),
        }
    }
}

impl Shared {
    pub(super) fn watched(&self) -> Option<&Watched> {
        self.server.as_ref()
    }

    pub(super) fn connections(&self) -> DatabaseConnection {
        self.connections.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn replace_connections(&self, server: &Server) {
        let old = {
            let mut connections = self.connections.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *connections, server.pool())
        };
        // Ends when the last of them is free, which may take long.
        tokio::spawn(async move { old.close_by_ref().await });
    }
}
