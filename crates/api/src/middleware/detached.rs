use actix_web::{Handler, rt};
use futures_util::future::LocalBoxFuture;
use tracing::Instrument as _;

use crate::error::ApiError;

/// A handler that runs in a task of its own, and whose answer is waited for. When a client goes
/// away, the future of its request is dropped at whatever it awaits; a write that was begun must
/// still come to its end.
///
/// Arguments are read before: a body that stops arriving ends with its connection, and nothing is
/// begun.
#[derive(Clone)]
pub(crate) struct Detached<F>(pub(crate) F);

impl<F, Args> Handler<Args> for Detached<F>
where
    F: Handler<Args>,
    F::Future: 'static,
    F::Output: 'static,
{
    type Output = Result<F::Output, ApiError>;
    type Future = LocalBoxFuture<'static, Self::Output>;

    fn call(&self, args: Args) -> Self::Future {
        // The span is the request's: it ties log lines and what is waited for to it.
        let task = rt::spawn(self.0.call(args).in_current_span());
        Box::pin(async move { task.await.map_err(|_| ApiError::Panicked) })
    }
}
