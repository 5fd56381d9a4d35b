use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;
use pin_project_lite::pin_project;

use crate::state::InFlight;

pin_project! {
    /// An answer's body that keeps the request's place among those in flight until it is written.
    pub(crate) struct Held<B> {
        #[pin]
        body: B,
        place: Option<InFlight>,
    }
}

impl<B> Held<B> {
    pub(super) fn new(body: B, place: Option<InFlight>) -> Self {
        Self { body, place }
    }
}

impl<B: MessageBody> MessageBody for Held<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.project().body.poll_next(cx)
    }
}
