use uuid::Uuid;

/// Makes ids that were never given out before and sort by the time they were made (`UUIDv7`).
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Ids: Send + Sync {
    /// The next id, of whatever.
    fn next(&self) -> Uuid;
}
