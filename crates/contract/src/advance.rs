use std::{future::Future, pin::Pin, time::Duration};

/// Moves the time that an adapter goes by: by a clock that stands still until it is told, or, for
/// a technology with a clock of its own, by whatever makes it believe that time has passed.
pub type Advance = Box<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// An [`Advance`] of a function that moves the time at once.
pub fn advance_by(step: impl Fn(Duration) + Send + Sync + 'static) -> Advance {
    Box::new(move |duration| {
        step(duration);
        Box::pin(std::future::ready(()))
    })
}
