use async_trait::async_trait;

/// Whether the process can do its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ready {
    /// All of it.
    Ok,
    /// All of it, with these parts replaced by their fallback.
    Degraded(Vec<&'static str>),
    /// Not now: a part that is needed is gone, or the process is about to end.
    No,
}

/// Tells whether the process can do its work; the server knows which parts it is made of.
#[async_trait]
pub trait Readiness: Send + Sync {
    /// The present state. MUST answer within 500 ms.
    async fn check(&self) -> Ready;
}
