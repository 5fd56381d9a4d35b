use basalt_domain::ports::Cause;

/// Parts that `/health/ready` names: a closed list, on which monitors switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The database. Degraded: it answers reads and refuses writes.
    Database,
    /// The schema of the database, which misses steps.
    Schema,
    /// The process itself, which is about to end.
    Stopping,
    /// Redis, which fallbacks in the process stand in for.
    Redis,
}

impl Part {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Database, Self::Schema, Self::Stopping, Self::Redis];
    /// Those without which the process is not ready.
    pub const NEEDED: [Self; 3] = [Self::Database, Self::Schema, Self::Stopping];
    /// Those without which it does its work, or a part of it.
    pub const DEGRADED: [Self; 2] = [Self::Database, Self::Redis];

    /// As clients see it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Schema => "schema",
            Self::Stopping => "stopping",
            Self::Redis => "redis",
        }
    }
}

/// Whether the process can do its work.
#[derive(Clone, Debug)]
pub enum Ready {
    /// All of it.
    Ok,
    /// It works, with what is left of these parts or with what stands in for them.
    Degraded(Vec<Part>),
    /// Not now.
    No(Loss),
}

/// Why the process can't work.
#[derive(Clone, Debug, thiserror::Error)]
#[error("not ready: {}", .part.as_str())]
pub struct Loss {
    /// What is missing.
    pub part: Part,
    /// How that was found out; a stop needs no reason.
    #[source]
    pub cause: Option<Cause>,
}

/// How the process is. All of it is answered at once, from what is known already: a question about
/// health waits for nothing and loads nothing.
pub trait Health: Send + Sync {
    /// Whether it can do its work.
    fn ready(&self) -> Ready;
    /// False when a thread that serves requests has not moved for so long that load can't be why.
    fn live(&self) -> bool;
    /// A request was refused because the database could not be used. True when that is known, and
    /// this one is told together with the others, once the database is back.
    fn note_refusal(&self) -> bool;
}
