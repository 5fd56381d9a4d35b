//! Servers and databases for one scenario after the other.

use std::{
    fs, io,
    path::{Path, PathBuf},
    rc::Rc,
    time::Duration,
};

use tempfile::TempDir;

use crate::{
    api::Api,
    bare::{self, Handler},
    basalt::{Basalt, Settings, migrate},
    child::Child,
    figures::Figures,
    fill::fill,
    load::{Load, Processes, Requests},
    questions::Question,
    report::Row,
    scenarios::{Limit, On, Scenario, Shape},
    stores::Stores,
    wrong,
};

/// Filled once, then copied: each server begins alike.
const TEMPLATE: &str = "bench_template";

pub(crate) struct Stage {
    stores: Stores,
    folder: TempDir,
    copies: usize,
    rounds: usize,
    duration: Duration,
}

/// What takes its turn.
enum Contender {
    Server { asked: Rc<Asked>, shape: Shape },
    Passwords,
}

/// A server, and what is asked of it.
pub(crate) struct Asked {
    pub(crate) child: Child,
    pub(crate) requests: Requests,
    /// What a flood asks.
    pub(crate) login: Vec<u8>,
    pub(crate) stores: Vec<u32>,
}

impl Stage {
    /// With `posts` published posts in the databases that are copied.
    pub(crate) async fn set(rounds: usize, duration: Duration, posts: i64) -> io::Result<Self> {
        let stage = Self {
            stores: Stores::start().await?,
            folder: tempfile::tempdir()?,
            copies: 0,
            rounds,
            duration,
        };
        for on in [On::Postgres, On::Sqlite] {
            let database = stage.empty_database(on, TEMPLATE).await?;
            fill(&database, 1..=posts).await?;
        }
        Ok(stage)
    }

    /// Only with our tables.
    async fn empty_database(&self, on: On, name: &str) -> io::Result<String> {
        let database = match on {
            On::Sqlite => self.file(name),
            _ => self.stores.database(name, "template0").await?,
        };
        migrate(&database, self.folder.path())?;
        Ok(database)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self, name: &str) -> String {
        format!("sqlite://{}", self.path(name).display())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.db"))
    }

    /// A copy of the filled database.
    pub(crate) async fn database(&mut self, on: On) -> io::Result<String> {
        self.copies += 1;
        let name = format!("bench_{}", self.copies);
        if on == On::Sqlite {
            fs::copy(self.path(TEMPLATE), self.path(&name))?;
            return Ok(self.file(&name));
        }
        self.stores.database(&name, TEMPLATE).await
    }

    /// Measures a scenario and its limits in turn, so that a machine that slows down slows all.
    pub(crate) async fn play(&mut self, scenario: &Scenario) -> io::Result<Row> {
        let settings = Settings {
            database: self.database(scenario.on).await?,
            redis: (scenario.on == On::PostgresAndRedis).then(|| self.stores.redis_url()),
            logs: scenario.logs,
            caches: scenario.caches,
        };
        let Basalt { child, api } = Basalt::start(&settings, self.folder.path())?;
        let ours = Rc::new(Asked {
            child,
            requests: scenario.question.requests(&api)?,
            login: Question::Login.requests(&api)?[0].clone(),
            stores: self.processes(scenario.on),
        });
        let shape = scenario.shape;
        let mut contenders = vec![Contender::Server { asked: Rc::clone(&ours), shape }];
        for limit in &scenario.limits {
            contenders.push(match limit {
                Limit::Bare(handler) => {
                    let asked = self.bare(*handler, &settings, &api, &ours, scenario.on);
                    Contender::Server { asked: Rc::new(asked.await?), shape }
                }
                Limit::Passwords => Contender::Passwords,
                Limit::Itself(_, shape) => {
                    Contender::Server { asked: Rc::clone(&ours), shape: *shape }
                }
            });
        }
        let mut runs = vec![Vec::new(); contenders.len()];
        for _ in 0..self.rounds {
            for (contender, runs) in contenders.iter().zip(&mut runs) {
                runs.push(self.run(contender).await?);
            }
        }
        Ok(Row::new(scenario, &runs))
    }

    /// A bare handler that answers the same.
    async fn bare(
        &mut self,
        handler: Handler,
        settings: &Settings,
        api: &Api,
        ours: &Asked,
        on: On,
    ) -> io::Result<Asked> {
        let request = String::from_utf8_lossy(&ours.requests[0]);
        let path = request.split(' ').nth(1).unwrap_or_default();
        let source = match handler {
            Handler::Bytes | Handler::Redis => {
                let file = self.folder.path().join("body");
                fs::write(&file, api.body(path)?)?;
                file.display().to_string()
            }
            Handler::Insert | Handler::PlainInsert => self.database(on).await?,
            Handler::Posts | Handler::Post | Handler::Users => settings.database.clone(),
        };
        let redis = settings.redis.as_deref().unwrap_or_default();
        let child = bare::start(handler, &source, redis)?;
        if ours.requests[0].starts_with(b"GET") {
            let theirs = Api::of_nobody(&child.address.to_string()).data(path)?;
            if api.data(path)? != theirs {
                return Err(wrong(format!("{handler:?} answers other data than Basalt")));
            }
        }
        Ok(Asked {
            child,
            requests: Rc::clone(&ours.requests),
            login: ours.login.clone(),
            stores: if handler == Handler::Bytes { Vec::new() } else { ours.stores.clone() },
        })
    }

    pub(crate) fn processes(&self, on: On) -> Vec<u32> {
        match on {
            On::Sqlite => Vec::new(),
            On::Postgres | On::PostgresAndRedis => self.stores.processes.clone(),
        }
    }

    async fn run(&self, contender: &Contender) -> io::Result<Figures> {
        match contender {
            Contender::Server { asked, shape } => asked.run(*shape, self.duration).await,
            Contender::Passwords => bare::passwords::measure(self.duration),
        }
    }
}

impl Asked {
    pub(crate) async fn run(&self, shape: Shape, duration: Duration) -> io::Result<Figures> {
        let load = Load {
            address: self.child.address,
            requests: Rc::clone(&self.requests),
            connections: shape.connections,
            pace: shape.pace,
            flood: vec![self.login.clone(); shape.flood],
            duration,
            is_awake: self.stores.is_empty(),
        };
        let processes = Processes { server: Some(self.child.id()), stores: self.stores.clone() };
        load.run(&processes).await
    }
}
