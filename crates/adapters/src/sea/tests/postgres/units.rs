use std::{future::Future, pin::pin, task::Poll};

use basalt_domain::ports::{StoreError, UnitsOfWork, WriteUserError};

use super::*;

/// Polls `future` until it has waited `waits` times, then drops it, as a client that goes away
/// does. True when it was done by then.
async fn give_up_after<F: Future>(waits: usize, future: F) -> bool {
    let mut future = pin!(future);
    let mut left = waits;
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending if left == 0 => Poll::Ready(false),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// Were the connection handed out with a transaction that nobody knows of, what is written on it
/// afterwards would be lost.
#[tokio::test]
async fn a_beginning_that_is_given_up_at_any_point_leaves_no_transaction_behind() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    let store = on_server.beside(|options| options.max_connections = 1).await;
    for waits in 0..10 {
        let unit = async { store.begin().await.map(drop) };
        give_up_after(waits, unit).await;
        let number = u8::try_from(waits + 1).unwrap();
        store.users().insert(&user(number), &hash()).await.unwrap();
        let seen = on_server.store.users().find(user(number).id).await.unwrap();
        assert!(seen.is_some(), "lost after {waits} waits");
    }
}

#[tokio::test]
async fn a_unit_in_which_a_row_was_refused_can_not_commit_what_went_before() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    let unit = on_server.store.begin().await.unwrap();
    unit.users().insert(&user(1), &hash()).await.unwrap();
    let twin = User { id: user(2).id, ..user(1) };
    let refused = unit.users().insert(&twin, &hash()).await;
    assert!(matches!(refused, Err(WriteUserError::EmailTaken)));
    // The server would answer the commit by rolling back, and call that done.
    assert!(matches!(unit.commit().await, Err(StoreError::Failed(_))));
    assert_eq!(on_server.store.users().find(user(1).id).await.unwrap(), None);
}

#[tokio::test]
async fn a_token_of_a_user_who_is_being_deleted_is_revoked_without_an_error() {
    let Some(on_server) = OnServer::new().await else {
        return;
    };
    let (ann, _) = fill(&on_server.store).await;
    let deleting = on_server.store.begin().await.unwrap();
    deleting.users().delete(ann.id, ann.version).await.unwrap();
    let revoking = {
        let store = on_server.store.clone();
        let token = basalt_domain::TokenId::from_uuid(Uuid::from_u128(7));
        tokio::spawn(async move {
            let unit = store.begin().await.unwrap();
            unit.auth_states().revoke(ann.id, token, at(9)).await.unwrap();
            unit.commit().await
        })
    };
    // Until it waits for the row.
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
                 AND datname = current_database()";
    while value::<i64>(&on_server.store.reader, waits).await == 0 {
        tokio::task::yield_now().await;
    }
    deleting.commit().await.unwrap();
    revoking.await.unwrap().unwrap();
}
