use basalt_domain::{PostFilter, PostVisibility, Total, ports::Outcome};

use crate::{
    Store,
    race::{RIVALS, ROUNDS, race},
    samples::{at, draft, hash, post, record, token_id, user},
};

pub(super) async fn a_deleted_user_is_gone_and_their_address_free(store: Store) {
    let (ann, bob) = (user("ann"), user("bob"));
    store.add_all(&[ann.clone(), bob.clone()]).await;
    let outcome = store.users.delete(ann.id, ann.version).await;
    assert_eq!(outcome.expect("a user is deleted"), Outcome::Done);
    assert_eq!(store.user(ann.id).await, None, "a deleted user must be gone");
    assert_eq!(store.hash_of(&ann.email).await, None, "a deleted user must have no credentials");
    assert_eq!(store.user(bob.id).await, Some(bob), "another user must stay");
    let heir = user("ann");
    let inserted = store.users.insert(&heir, &hash("heir")).await;
    assert!(inserted.is_ok(), "the address of a deleted user must be free: {inserted:?}");
}

pub(super) async fn a_deletion_at_another_version_is_stale_and_deletes_nothing(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let text = post(&ann, "Kept");
    store.add_post(&text).await;
    let outcome = store.users.delete(ann.id, ann.version.next()).await;
    assert_eq!(
        outcome.expect("a stale version is no error"),
        Outcome::Stale,
        "a deletion at another version must be stale"
    );
    assert_eq!(store.user(ann.id).await, Some(ann), "a stale deletion must delete nothing");
    assert_eq!(store.post(&text).await, Some(text), "a stale deletion must not delete posts");
}

pub(super) async fn of_twenty_deletions_exactly_one_is_done(store: Store) {
    for round in 0..ROUNDS {
        let ann = user(&format!("ann{round}"));
        store.add(&ann).await;
        let outcomes = race(RIVALS, |_| {
            let (users, id, expected) = (store.users.clone(), ann.id, ann.version);
            async move {
                let outcome = users.delete(id, expected).await;
                outcome.expect("a race of deletions is no error")
            }
        })
        .await;
        let done = |outcome: &&Outcome| **outcome == Outcome::Done;
        assert_eq!(
            outcomes.iter().filter(done).count(),
            1,
            "of {RIVALS} deletions exactly one must be done: {outcomes:?}"
        );
        assert!(!outcomes.contains(&Outcome::Stale), "the others must find nobody: {outcomes:?}");
    }
}

pub(super) async fn a_deletion_of_nobody_is_missing(store: Store) {
    let nobody = user("nobody");
    let outcome = store.users.delete(nobody.id, nobody.version).await;
    assert_eq!(
        outcome.expect("a deletion of nobody is no error"),
        Outcome::Missing,
        "a deletion of nobody must be missing"
    );
}

pub(super) async fn posts_go_with_their_author(store: Store) {
    let (ann, bob) = (user("ann"), user("bob"));
    store.add_all(&[ann.clone(), bob.clone()]).await;
    let (published, hidden) = (post(&ann, "Published"), draft(&ann, "Hidden"));
    let other = post(&bob, "Of Bob");
    store.add_posts(&[published.clone(), hidden.clone(), other.clone()]).await;

    let unit = store.begin().await;
    let outcome = unit.users().delete(ann.id, ann.version).await;
    assert_eq!(outcome.expect("a user is deleted"), Outcome::Done);
    unit.commit().await.expect("a unit commits");

    for gone in [&published, &hidden] {
        let found = store.post(gone).await;
        assert_eq!(found, None, "posts must go with their author");
    }
    let listed = store.page_of(PostFilter::default()).await;
    assert_eq!(
        (&listed.page.items, listed.page.total),
        (&vec![other], Total::exact(1)),
        "lists must hold and count no post of an author who is gone"
    );
    let drafts = PostFilter { visibility: PostVisibility::Drafts, ..PostFilter::default() };
    assert_eq!(
        store.page_of(drafts).await.page.total,
        Total::exact(0),
        "drafts must go with their author"
    );
}

pub(super) async fn idempotency_records_go_with_their_owner(store: Store) {
    let (ann, bob) = (user("ann"), user("bob"));
    store.add_all(&[ann.clone(), bob.clone()]).await;
    let (of_ann, of_bob) = (record("of-ann", &ann), record("of-bob", &bob));
    for record in [&of_ann, &of_bob] {
        let claimed = store.idempotency.claim(record, at(0)).await;
        claimed.expect("a key is claimed");
    }
    let outcome = store.users.delete(ann.id, ann.version).await;
    assert_eq!(outcome.expect("a user is deleted"), Outcome::Done);
    let find = async |record: &basalt_domain::IdempotencyRecord| {
        let found = store.idempotency.find(record.scope, &record.key, at(0));
        found.await.expect("a record is read")
    };
    assert_eq!(find(&of_ann).await, None, "idempotency records must go with their owner");
    assert_eq!(find(&of_bob).await, Some(of_bob), "another owner's record must stay");
}

pub(super) async fn revoked_tokens_go_with_their_user(store: Store) {
    let ann = user("ann");
    store.add(&ann).await;
    let token = token_id();
    let revoked = store.auth_states.revoke(ann.id, token, at(1_000)).await;
    revoked.expect("a token is revoked");
    let unit = store.begin().await;
    let outcome = unit.users().delete(ann.id, ann.version).await;
    assert_eq!(outcome.expect("a user is deleted"), Outcome::Done);
    unit.commit().await.expect("a unit commits");

    // Notes show only through a user, so the user comes back under the same id.
    let unit = store.begin().await;
    let inserted = unit.users().insert(&ann, &hash("again")).await;
    inserted.expect("a user is added");
    unit.commit().await.expect("a unit commits");
    let state = store.auth_states.find(ann.id, token).await;
    let state = state.expect("a state is read").expect("ann is back");
    assert!(!state.revoked, "notes of revoked tokens must go with their user");
}
