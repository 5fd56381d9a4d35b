//! What is measured, and beside which limit.

use std::time::Duration;

use crate::{bare::Handler, questions::Question};

/// Which stores Basalt has.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum On {
    Sqlite,
    Postgres,
    PostgresAndRedis,
}

/// How a question is asked.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) connections: usize,
    /// See [`crate::load::Load::pace`].
    pub(crate) pace: Option<Duration>,
    /// Logins that others try meanwhile, without an end.
    pub(crate) flood: usize,
}

/// What the figures are compared with.
pub(crate) enum Limit {
    Bare(Handler),
    /// The raw Argon2id rate.
    Passwords,
    /// The same server, asked otherwise.
    Itself(&'static str, Shape),
}

/// What has to hold.
#[derive(Clone, Copy)]
pub(crate) enum Bar {
    None,
    /// Percent of the first limit's rate.
    Rate(f64),
    /// As [`Bar::Rate`], and the stores have at most one and a half times its processor time.
    RateAndStores(f64),
    /// 99 of 100 requests take at most this long.
    Latency(Duration),
    /// The same at most doubles, or stays below this.
    Doubles(Duration),
    /// Bytes of the server.
    Memory(u64),
}

pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) on: On,
    pub(crate) caches: bool,
    pub(crate) logs: bool,
    pub(crate) question: Question,
    pub(crate) shape: Shape,
    pub(crate) limits: Vec<Limit>,
    pub(crate) bar: Bar,
}

const BUSY: Shape = Shape { connections: 64, pace: None, flood: 0 };

/// 400 requests a second.
const CALM: Shape = Shape { connections: 8, pace: Some(Duration::from_millis(20)), flood: 0 };

impl Scenario {
    fn new(name: &'static str, on: On, question: Question) -> Self {
        Self {
            name,
            on,
            caches: true,
            logs: false,
            question,
            shape: BUSY,
            limits: Vec::new(),
            bar: Bar::None,
        }
    }

    fn beside(mut self, limit: Limit, bar: Bar) -> Self {
        self.limits.push(limit);
        if !matches!(bar, Bar::None) {
            self.bar = bar;
        }
        self
    }
}

/// In the order of the table.
pub(crate) fn all() -> Vec<Scenario> {
    use Limit::{Bare, Itself, Passwords};
    use On::{Postgres, PostgresAndRedis, Sqlite};
    use Question::{FirstPage, FrequentWord, Login, MissingWord, NewPost, Pages, Post, Users};

    let cached = |name, on| Scenario::new(name, on, FirstPage);
    let stored = |name, question| Scenario::new(name, Postgres, question);
    let not_cached = |name, question| Scenario { caches: false, ..stored(name, question) };
    let with = |shape: Shape, scenario| Scenario { shape, ..scenario };
    vec![
        cached("cached list, embedded", Sqlite).beside(Bare(Handler::Bytes), Bar::Rate(85.0)),
        Scenario { logs: true, ..cached("the same with its log lines", Sqlite) }
            .beside(Bare(Handler::Bytes), Bar::Rate(70.0)),
        cached("cached list, limits and pages in Redis", PostgresAndRedis)
            .beside(Bare(Handler::Redis), Bar::Rate(80.0)),
        not_cached("list, not cached, page 1", FirstPage)
            .beside(Bare(Handler::Posts), Bar::RateAndStores(75.0)),
        not_cached("list, not cached, pages 1 to 1000", Pages)
            .beside(Bare(Handler::Posts), Bar::RateAndStores(75.0)),
        stored("one post", Post).beside(Bare(Handler::Post), Bar::Rate(80.0)),
        stored("users list as administrator", Users).beside(Bare(Handler::Users), Bar::Rate(75.0)),
        Scenario {
            bar: LATENCY,
            ..with(ONE, not_cached("search that finds enough", FrequentWord))
        },
        Scenario { bar: LATENCY, ..with(ONE, not_cached("search up to its bound", MissingWord)) },
        Scenario::new("new post, PostgreSQL and Redis", PostgresAndRedis, NewPost)
            .beside(Bare(Handler::Insert), Bar::Rate(65.0))
            .beside(Bare(Handler::PlainInsert), Bar::None),
        Scenario::new("new post, SQLite", Sqlite, NewPost)
            .beside(Bare(Handler::Insert), Bar::Rate(70.0)),
        with(FEW, Scenario::new("login", Sqlite, Login)).beside(Passwords, Bar::Rate(95.0)),
        with(Shape { flood: 8, ..CALM }, cached("cached list beside a flood of logins", Sqlite))
            .beside(Itself("without the flood", CALM), Bar::Doubles(Duration::from_millis(2))),
        with(Shape { connections: 192, ..BUSY }, cached("cached list, 192 connections", Sqlite))
            .beside(Itself("64 connections", BUSY), Bar::Rate(85.0)),
        Scenario {
            bar: Bar::Memory(60 << 20),
            ..with(
                Shape { connections: 256, ..BUSY },
                cached("cached list, 256 connections", Sqlite),
            )
        },
    ]
}

/// Two logins of which one waits for the other: a core is busy with one.
const FEW: Shape = Shape { connections: 2, ..BUSY };

/// One request at a time.
pub(crate) const ONE: Shape = Shape { connections: 1, ..BUSY };

const LATENCY: Bar = Bar::Latency(Duration::from_millis(100));
