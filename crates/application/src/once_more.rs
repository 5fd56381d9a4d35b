use crate::Error;

/// Does a unit of work, and does it once more if the store says that nothing of it was done: its
/// connection was dead before it began, or another unit was in its way. What has effects outside of
/// the store, or is dear, stays out of it.
pub(crate) async fn once_more<T, W>(unit: impl Fn() -> W) -> Result<T, Error>
where
    W: Future<Output = Result<T, Error>>,
{
    match unit().await {
        Err(error) if error.is_undone() => unit().await,
        done => done,
    }
}
