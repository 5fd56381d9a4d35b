//! What is broken, and what has to hold meanwhile.

mod abandoned;
mod aborted;
mod cache;
mod crash;
mod database;
mod flood;
mod migration;
mod overload;
mod replicas;
mod rolling;
mod slow;

use std::{future::Future, pin::Pin};

use crate::figures::Figures;

/// One way to break things.
pub(crate) struct Scenario {
    /// A sentence's worth of name, to filter by.
    pub(crate) name: &'static str,
    /// Does it.
    pub(crate) run: fn(Length) -> Pin<Box<dyn Future<Output = Outcome>>>,
}

/// What a scenario found, unless what it needs is missing.
pub(crate) type Outcome = Result<Figures, Missing>;

/// Something that this machine has not, and what to do about it.
#[derive(Debug)]
pub(crate) struct Missing(pub(crate) String);

/// How thorough to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Length {
    /// For every change.
    Short,
    /// For a release.
    Long,
}

impl Length {
    /// The one or the other.
    pub(crate) fn of<T>(self, short: T, long: T) -> T {
        match self {
            Self::Short => short,
            Self::Long => long,
        }
    }
}

macro_rules! scenarios {
    ($($name:ident => $run:path),* $(,)?) => {
        /// Every scenario there is, in the order in which they run.
        pub(crate) const ALL: &[Scenario] = &[$(Scenario {
            name: stringify!($name),
            run: |length| Box::pin($run(length)),
        }),*];
    };
}

scenarios! {
    login_flood => flood::logins,
    three_times_the_load => overload::three_times,
    slow_heads => slow::heads,
    slow_bodies => slow::bodies,
    slow_readers => slow::readers,
    sigkill_under_posts_sqlite => crash::sqlite,
    sigkill_under_posts_postgres => crash::postgres,
    four_processes_migrate_at_once => migration::at_once,
    postgres_stopped => database::stopped,
    postgres_killed => database::killed,
    postgres_frozen => database::frozen,
    postgres_unreachable => database::unreachable,
    redis_stopped => cache::stopped,
    redis_frozen => cache::frozen,
    one_replica_without_redis => cache::cut_off,
    resets_in_the_middle_of_writes => aborted::resets,
    limits_of_two_replicas => replicas::limits,
    changes_seen_by_two_replicas => replicas::changes,
    killed_between_commit_and_answer => abandoned::at_the_worst,
    killed_at_random_under_writes => abandoned::at_random,
    killed_behind_the_proxy => abandoned::behind_the_proxy,
    rolling_restarts => rolling::restarts,
}
