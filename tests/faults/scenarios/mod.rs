//! What is broken, and what has to hold meanwhile.

mod crash;

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
        /// Every scenario there is, the quick ones first.
        pub(crate) const ALL: &[Scenario] = &[$(Scenario {
            name: stringify!($name),
            run: |length| Box::pin($run(length)),
        }),*];
    };
}

scenarios! {
    sigkill_under_posts_sqlite => crash::sqlite,
}
