//! What differs between the two servers.

use std::time::Duration;

use deadpool_redis::redis;
use sea_orm::{ConnectOptions, ConnectionTrait as _, DatabaseConnection};
use tokio::time::{Instant, sleep, timeout};
use url::Url;

/// How long a server may take to answer for the first time: machines of CI are slow.
const START: Duration = Duration::from_mins(1);

/// The user in URLs of PostgreSQL that this crate makes.
pub(crate) const USER: &str = "basalt";

/// So many logical databases has a Redis that this crate starts.
pub(crate) const REDIS_DATABASES: u32 = 1024;

/// A kind of server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Postgres,
    Redis,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::Redis => "Redis",
        }
    }

    pub(crate) fn url_variable(self) -> &'static str {
        match self {
            Self::Postgres => "TEST_DATABASE_URL",
            Self::Redis => "TEST_REDIS_URL",
        }
    }

    pub(crate) fn image_variable(self) -> &'static str {
        match self {
            Self::Postgres => "TEST_POSTGRES_IMAGE",
            Self::Redis => "TEST_REDIS_IMAGE",
        }
    }

    pub(crate) fn default_image(self) -> &'static str {
        match self {
            Self::Postgres => "postgres:15-alpine",
            Self::Redis => "redis:7-alpine",
        }
    }

    /// The program, on this machine as in its image.
    pub(crate) fn program(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Redis => "redis-server",
        }
    }

    /// Where it listens in its container.
    pub(crate) fn port(self) -> u16 {
        match self {
            Self::Postgres => 5432,
            Self::Redis => 6379,
        }
    }

    /// Makes it end in good order, without waiting for its clients.
    pub(crate) fn stop_signal(self) -> &'static str {
        match self {
            Self::Postgres => "INT",
            Self::Redis => "TERM",
        }
    }

    /// Makes it end at once, but give shared memory back.
    pub(crate) fn end_signal(self) -> &'static str {
        match self {
            Self::Postgres => "QUIT",
            Self::Redis => "TERM",
        }
    }

    pub(crate) fn url(self, host: &str, port: u16, password: &str) -> Url {
        let url = match self {
            Self::Postgres => format!("postgres://{USER}:{password}@{host}:{port}/postgres"),
            Self::Redis => format!("redis://:{password}@{host}:{port}/0"),
        };
        Url::parse(&url).expect("a URL")
    }

    /// Options of a server whose data nobody needs after a crash of the machine. `lasting` is one
    /// that is killed and started again: what it acknowledged must then be there.
    pub(crate) fn options(self, lasting: bool) -> Vec<String> {
        let mut options = Vec::new();
        match self {
            Self::Postgres => {
                let settings = [
                    "fsync=off",
                    "full_page_writes=off",
                    "wal_level=minimal",
                    "max_wal_senders=0",
                    "max_connections=300",
                    // In the data folder: what is killed leaves nothing in /dev/shm.
                    "dynamic_shared_memory_type=mmap",
                    if lasting { "synchronous_commit=on" } else { "synchronous_commit=off" },
                ];
                for setting in settings {
                    options.extend(["-c".to_owned(), setting.to_owned()]);
                }
            }
            Self::Redis => {
                let append = if lasting { "yes" } else { "no" };
                let databases = REDIS_DATABASES.to_string();
                let settings = ["--save", "", "--appendonly", append, "--databases", &databases];
                options.extend(settings.map(str::to_owned));
            }
        }
        options
    }

    /// One question that only a working server answers.
    pub(crate) async fn ask(self, url: &Url) -> Result<(), String> {
        let asked = async {
            match self {
                Self::Postgres => {
                    let connection = connect(url).await.map_err(|error| error.to_string())?;
                    let answer = connection.execute_unprepared("SELECT 1").await;
                    let closed = connection.close().await;
                    answer.map(drop).and(closed).map_err(|error| error.to_string())
                }
                Self::Redis => ping(url).await.map_err(|error| error.to_string()),
            }
        };
        let in_time = timeout(Duration::from_secs(10), asked).await;
        in_time.unwrap_or_else(|_| Err("no answer within 10 s".to_owned()))
    }

    /// Asks until it answers. `ended` tells early that it never will.
    pub(crate) async fn until_it_answers(
        self,
        url: &Url,
        mut ended: impl FnMut() -> Option<String>,
    ) -> Result<(), String> {
        let begun = Instant::now();
        loop {
            let Err(error) = self.ask(url).await else {
                return Ok(());
            };
            if let Some(why) = ended() {
                return Err(why);
            }
            if begun.elapsed() > START {
                return Err(format!("not ready within {} s: {error}", START.as_secs()));
            }
            sleep(Duration::from_millis(20)).await;
        }
    }
}

/// One connection to PostgreSQL, of the runtime that asks for it.
pub(crate) async fn connect(url: &Url) -> Result<DatabaseConnection, sea_orm::DbErr> {
    let mut options = ConnectOptions::new(url.as_str());
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await
}

/// One connection to Redis, of the runtime that asks for it.
pub(crate) async fn connect_redis(
    url: &Url,
) -> Result<redis::aio::MultiplexedConnection, redis::RedisError> {
    // A machine that is busy with tests is slower than the half second that is the default.
    let patience = Some(Duration::from_secs(10));
    let config = redis::AsyncConnectionConfig::new()
        .set_connection_timeout(patience)
        .set_response_timeout(patience);
    let client = redis::Client::open(url.as_str())?;
    client.get_multiplexed_async_connection_with_config(&config).await
}

async fn ping(url: &Url) -> Result<(), redis::RedisError> {
    let mut connection = connect_redis(url).await?;
    redis::cmd("PING").query_async(&mut connection).await
}
