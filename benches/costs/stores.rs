//! A PostgreSQL and a Redis of the bench's own, on the core of the load.

use std::io;

use basalt_test_stores::{Instance, own_postgres, own_redis};
use deadpool_redis::redis;
use sea_orm::sqlx::{AssertSqlSafe, Executor as _, PgPool, Row as _, postgres::PgPoolOptions};

use crate::wrong;

pub(crate) struct Stores {
    postgres: Instance,
    redis: Instance,
    administration: PgPool,
    /// The processes to which all others of the stores belong.
    pub(crate) processes: Vec<u32>,
}

impl Stores {
    pub(crate) async fn start() -> io::Result<Self> {
        let missing = || wrong("this bench needs a PostgreSQL and a Redis");
        let postgres = own_postgres().await.ok_or_else(missing)?;
        let redis = own_redis().await.ok_or_else(missing)?;
        let administration = pool(postgres.url()).await?;
        let file = "SELECT pg_read_file('postmaster.pid')";
        let file = administration.fetch_one(file).await.map_err(wrong)?;
        let file: String = file.try_get(0).map_err(wrong)?;
        let postmaster = file.lines().next().and_then(|id| id.trim().parse().ok());
        let processes = postmaster.into_iter().chain(redis_process(redis.url()).await?);
        Ok(Self { processes: processes.collect(), postgres, redis, administration })
    }

    pub(crate) fn redis_url(&self) -> String {
        self.redis.url().to_owned()
    }

    /// A new database, or a copy of another to which nobody is connected; its URL.
    pub(crate) async fn database(&self, name: &str, template: &str) -> io::Result<String> {
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
        let made = self.administration.execute(AssertSqlSafe(sql)).await;
        made.map_err(wrong)?;
        let url = self.postgres.url();
        let server = url.strip_suffix("/postgres");
        let server = server.ok_or_else(|| wrong("another database than was expected"))?;
        Ok(format!("{server}/{name}"))
    }
}

pub(crate) async fn pool(url: &str) -> io::Result<PgPool> {
    let pool = PgPoolOptions::new().max_connections(1).connect(url);
    pool.await.map_err(wrong)
}

/// Its number; and has it write no log, since a cache and counters need none.
async fn redis_process(url: &str) -> io::Result<Option<u32>> {
    let asked = async {
        let client = redis::Client::open(url)?;
        let mut connection = client.get_multiplexed_async_connection().await?;
        let mut answers = redis::pipe();
        answers.cmd("CONFIG").arg(&["SET", "appendonly", "no"]).ignore();
        answers.cmd("INFO").arg("server");
        answers.query_async::<(String,)>(&mut connection).await
    };
    let (info,) = asked.await.map_err(wrong)?;
    let number = info.lines().find_map(|line| line.strip_prefix("process_id:"));
    Ok(number.and_then(|number| number.trim().parse().ok()))
}
