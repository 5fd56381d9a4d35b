//! Marks where a request begins and its answer ends, and hands answers over in slices.

use std::{
    future::poll_fn,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

use actix_http::{
    ConnectionType, Payload, Request, Response,
    body::{BodySize, MessageBody},
};
use actix_service::{Service, ServiceFactory, apply_fn_factory};
use actix_web::dev::ServiceResponse;
use bytes::Bytes;
use pin_project_lite::pin_project;

use super::activity::Activity;

/// The dispatcher copies what a body yields into the connection's buffer and then waits for the
/// client. Slices of this size bound that buffer, however large the answer is.
const SLICE: usize = 32 * 1024;

/// The application's service, with each exchange noted in its connection's [`Activity`].
pub(super) fn observed<F, B>(
    app: F,
) -> impl ServiceFactory<
    Request,
    Config = (),
    Response = Response<Paced<B>>,
    Error = actix_web::Error,
    InitError = (),
>
where
    F: ServiceFactory<
            Request,
            Config = (),
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        >,
    B: MessageBody,
{
    apply_fn_factory(app, |mut request: Request, service: &F::Service| {
        let has_body = !matches!(request.payload(), Payload::None);
        let activity = request.conn_data::<Rc<Activity>>().cloned();
        let exchange = activity.map(Exchange);
        let answer = service.call(request);
        async move {
            let mut response: Response<B> = answer.await?.into();
            if let Some(Exchange(activity)) = &exchange {
                if has_body {
                    body_forgone(activity).await;
                }
                if activity.is_last() {
                    response.head_mut().set_connection_type(ConnectionType::Close);
                }
            }
            Ok(response.map_body(|_, body| Paced { body, rest: Bytes::new(), _exchange: exchange }))
        }
    })
}

/// Lets the dispatcher have the end of the request's body before its answer: else it would close
/// the connection, or keep it, by how much of the body had come.
async fn body_forgone(activity: &Activity) {
    let mut is_asked = false;
    poll_fn(|cx| {
        // Before it asks again, the dispatcher reads, and looks at what it has read.
        if activity.forgo_body() && is_asked {
            return Poll::Ready(());
        }
        is_asked = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A request that is being served. It ends when this is dropped: with the last byte of the
/// answer, or with an error instead of one.
struct Exchange(Rc<Activity>);

impl Drop for Exchange {
    fn drop(&mut self) {
        self.0.answer_handed_over();
    }
}

pin_project! {
    /// A body that comes in slices and tells when it is over.
    pub(super) struct Paced<B> {
        #[pin]
        body: B,
        rest: Bytes,
        _exchange: Option<Exchange>,
    }
}

impl<B: MessageBody> MessageBody for Paced<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.project();
        if this.rest.is_empty() {
            match ready!(this.body.poll_next(cx)) {
                Some(Ok(chunk)) if chunk.len() > SLICE => *this.rest = chunk,
                other => return Poll::Ready(other),
            }
        }
        let slice = this.rest.split_to(SLICE.min(this.rest.len()));
        Poll::Ready(Some(Ok(slice)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_large_body_comes_in_slices_that_add_up() {
        let whole = Bytes::from((0..100_000_u32).map(|n| n.to_le_bytes()[0]).collect::<Vec<_>>());
        let mut paced =
            Box::pin(Paced { body: whole.clone(), rest: Bytes::new(), _exchange: None });
        assert_eq!(paced.size(), BodySize::Sized(100_000));
        let mut together = Vec::new();
        while let Some(slice) = poll_fn(|cx| paced.as_mut().poll_next(cx)).await {
            let slice = slice.unwrap();
            assert!(slice.len() <= SLICE);
            together.extend_from_slice(&slice);
        }
        assert_eq!(together, whole);
    }
}
