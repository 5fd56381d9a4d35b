//! Logical databases of Redis.

use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
    time::Duration,
};

use deadpool_redis::redis::{RedisError, cmd};
use tokio::{
    sync::{OnceCell, Semaphore, SemaphorePermit},
    time::timeout,
};
use url::Url;

use crate::{
    choice::{Shared, on_own_runtime, require, shared},
    kind::{Kind, connect_redis},
};

/// What Redis has when nobody says otherwise.
const USUAL_DATABASES: u32 = 16;

static REDIS: OnceCell<Option<Redis>> = OnceCell::const_new();

/// The server that all tests of this process share. `None`: there is none, which was said on
/// stderr; with `CI=true` that fails.
pub async fn redis() -> Option<&'static Redis> {
    let found = REDIS.get_or_init(|| async {
        let shared = shared(Kind::Redis).await?;
        let url = shared.url.clone();
        let databases = on_own_runtime(async move { databases(&url).await }).await;
        Some(Redis {
            shared,
            leases: Semaphore::new(databases as usize),
            free: Mutex::new((0..databases).collect()),
        })
    });
    require(Kind::Redis, found.await.as_ref())
}

/// A Redis whose logical databases tests take turns with.
pub struct Redis {
    shared: Shared,
    leases: Semaphore,
    free: Mutex<VecDeque<u32>>,
}

impl Redis {
    /// Where it is, for a process that is started by this one: as its `TEST_REDIS_URL`. The two
    /// must not use it at the same time.
    pub fn url(&self) -> &str {
        self.shared.url.as_str()
    }

    /// A logical database with nothing in it. Channels of publications are not part of it: all
    /// tests of the process share them.
    pub async fn keyspace(&'static self) -> Keyspace {
        let lease = timeout(Duration::from_mins(5), self.leases.acquire()).await;
        let lease = lease
            .expect("a logical database becomes free: give Redis more of them (--databases)")
            .expect("the semaphore is never closed");
        // The one that was not used for the longest time.
        let number = self.free().pop_front().expect("there is one per lease");
        let mut url = self.shared.url.clone();
        url.set_path(&number.to_string());
        let keyspace = Keyspace { number, url: url.to_string(), redis: self, _lease: lease };
        let emptied = on_own_runtime(async move { empty(&url).await });
        emptied.await.unwrap_or_else(|error| panic!("Redis can't be emptied: {error}"));
        keyspace
    }

    fn free(&self) -> std::sync::MutexGuard<'_, VecDeque<u32>> {
        self.free.lock().expect("nobody panics with it")
    }
}

/// A logical database of a test's own, until this is dropped.
pub struct Keyspace {
    number: u32,
    url: String,
    redis: &'static Redis,
    _lease: SemaphorePermit<'static>,
}

impl Keyspace {
    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Keyspace {
    fn drop(&mut self) {
        // The permit follows when the fields are dropped, so whoever gets it finds the number.
        self.redis.free().push_back(self.number);
    }
}

async fn empty(url: &Url) -> Result<(), RedisError> {
    let mut connection = connect_redis(url).await?;
    cmd("FLUSHDB").query_async(&mut connection).await
}

/// How many there are. A server that keeps its settings to itself has the usual number.
async fn databases(url: &Url) -> u32 {
    let asked = async {
        let mut connection = connect_redis(url).await?;
        let mut command = cmd("CONFIG");
        command.arg("GET").arg("databases");
        let settings: HashMap<String, u32> = command.query_async(&mut connection).await?;
        Ok::<_, RedisError>(settings.get("databases").copied())
    };
    asked.await.ok().flatten().unwrap_or(USUAL_DATABASES)
}
