use basalt_domain::{
    PageRequest, Sort, TokenId, UserFilter, WalkRequest,
    ports::{AuthStates, PostRepository, StoreError, UserRepository},
};

use super::*;

/// Writes past the domain, as somebody with a database tool would.
async fn damage(fresh: &Fresh, statement: &str) {
    let db = &fresh.store.writer;
    db.execute_raw(sql("PRAGMA ignore_check_constraints = ON")).await.unwrap();
    db.execute_raw(sql(statement)).await.unwrap();
}

fn complaint<T>(result: Result<T, StoreError>) -> String {
    match result {
        Err(StoreError::Corrupt(cause)) => cause.to_string(),
        Err(other) => panic!("not corrupt but: {other:?}"),
        Ok(_) => panic!("a row that makes no sense was read"),
    }
}

#[tokio::test]
async fn a_value_that_the_domain_does_not_take_is_an_error_that_does_not_show_it() {
    let damages = [
        ("email = 'Mallory'", "email"),
        ("name = ' '", "name"),
        ("role = 'ROOT'", "role"),
        ("created_at = 9223372036854775807", "created_at"),
    ];
    for (change, column) in damages {
        let fresh = Fresh::new().await;
        let (user, _) = fill(&fresh.store).await;
        damage(&fresh, &format!("UPDATE users SET {change}")).await;
        let message = complaint(fresh.store.users().find(user.id).await);
        assert!(message.contains(&user.id.to_string()), "{message}");
        assert!(message.contains(column), "{message}");
        assert!(!message.contains("Mallory"), "{message}");
    }
}

#[tokio::test]
async fn a_value_of_another_type_is_an_error() {
    for change in ["version = 'one'", "email = x'ff'", "active = 'maybe'"] {
        let fresh = Fresh::new().await;
        let (user, _) = fill(&fresh.store).await;
        damage(&fresh, &format!("UPDATE users SET {change}")).await;
        complaint(fresh.store.users().find(user.id).await);
    }
}

#[tokio::test]
async fn one_corrupt_row_fails_the_lists_that_would_hold_it() {
    let fresh = Fresh::new().await;
    let (first, _) = fill(&fresh.store).await;
    let users = fresh.store.users();
    users.insert(&user(2), &hash()).await.unwrap();
    damage(&fresh, "UPDATE users SET name = '' WHERE created_at = 1").await;

    let (filter, sort) = (UserFilter::default(), Sort::default());
    let page = PageRequest::new(1, 10).unwrap();
    complaint(users.page(&filter, sort, page).await);
    let walk = WalkRequest::new(None, 10);
    complaint(users.walk(&filter, sort, &walk).await);
    complaint(users.credentials_of(first.id).await);
}

#[tokio::test]
async fn a_post_is_read_through_the_doors_too() {
    for change in ["title = ''", "content = char(0)"] {
        let fresh = Fresh::new().await;
        let (_, post) = fill(&fresh.store).await;
        damage(&fresh, &format!("UPDATE posts SET {change}")).await;
        complaint(fresh.store.posts().find(post.id).await);
    }
}

#[tokio::test]
async fn a_role_that_nobody_knows_opens_no_door() {
    let fresh = Fresh::new().await;
    let (user, _) = fill(&fresh.store).await;
    damage(&fresh, "UPDATE users SET role = 'root'").await;
    let token = TokenId::from_uuid(Uuid::from_u128(7));
    complaint(fresh.store.auth_states().find(user.id, token).await);
}
