use std::{error::Error, sync::Arc};

/// What lies under an error. Shared, because one failed read may answer many who wait for it.
pub type Cause = Arc<dyn Error + Send + Sync>;

/// Why a store did not do what it was asked. None of these says anything about the data.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// It can't be reached, is overloaded or took too long. Worth another try later.
    #[error("the store is unavailable")]
    Unavailable(#[source] Cause),
    /// Nothing was done: the connection turned out to be dead, or two were in each other's way.
    /// Worth another try at once, of the whole unit of work where it came within one.
    #[error("the store did nothing of it")]
    Undone(#[source] Cause),
    /// It holds something that the domain does not take.
    #[error("the store holds a row that makes no sense")]
    Corrupt(#[source] Cause),
    /// It refused or failed in a way that another try will not mend.
    #[error("the store failed")]
    Failed(#[source] Cause),
}

impl StoreError {
    /// [`StoreError::Unavailable`] with its cause.
    pub fn unavailable(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable(Arc::from(cause.into()))
    }

    /// [`StoreError::Undone`] with its cause.
    pub fn undone(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Undone(Arc::from(cause.into()))
    }

    /// [`StoreError::Corrupt`] with its cause.
    pub fn corrupt(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Corrupt(Arc::from(cause.into()))
    }

    /// [`StoreError::Failed`] with its cause.
    pub fn failed(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed(Arc::from(cause.into()))
    }
}

/// An error and everything under it, in one line. A library's error often repeats its cause, which
/// is then told once.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let next = cause.to_string();
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("no statement: {0}")]
    struct Repeating(#[source] StoreError);

    #[test]
    fn a_chain_tells_each_cause_once() {
        let refused = StoreError::unavailable("connection refused");
        assert_eq!(chain(&refused), "the store is unavailable: connection refused");
        let told = chain(&Repeating(refused));
        assert_eq!(told, "no statement: the store is unavailable: connection refused");
    }
}
