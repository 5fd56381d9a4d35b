//! An active administrator always stays.

use serde_json::{Value, json};

use crate::support::{ADMIN, ANN, Client, PASSWORD, TestServer, all};

async fn two_admins(server: &TestServer) -> (Client, Client) {
    let path = format!("/api/users/{}", server.ann().id());
    server.admin().patch(&path, json!({"role": "ADMIN"})).await.is(200);
    (server.admin(), server.anonymous().login(ANN, PASSWORD).await)
}

fn path_of(client: &Client) -> String {
    format!("/api/users/{}", client.id())
}

#[tokio::test]
async fn the_last_administrator_is_not_demoted_deactivated_or_deleted() {
    let server = TestServer::start().await;
    let admin = server.admin();
    let path = path_of(&admin);
    for body in [json!({"role": "USER"}), json!({"active": false})] {
        admin.patch(&path, body).await.is_error(409, "last_admin");
    }
    admin.delete(&path).await.is_error(409, "last_admin");
    admin.delete("/api/users/me").await.is_error(409, "last_admin");
    admin.get("/api/users").await.is(200);
    admin.patch(&path, json!({"name": "Root", "role": "ADMIN"})).await.is(200);
}

#[tokio::test]
async fn a_deactivated_administrator_does_not_count() {
    let server = TestServer::start().await;
    let (admin, ann) = two_admins(&server).await;
    admin.patch(&path_of(&ann), json!({"active": false})).await.is(200);
    admin.delete("/api/users/me").await.is_error(409, "last_admin");
    // Deleting one who is deactivated leaves the active one.
    admin.delete(&path_of(&ann)).await.is(204);
}

#[tokio::test]
async fn administrators_may_leave_while_another_one_stays() {
    for leave in ["demote", "deactivate", "delete", "delete me"] {
        let server = TestServer::start().await;
        let (admin, ann) = two_admins(&server).await;
        let path = path_of(&ann);
        let left = match leave {
            "demote" => ann.patch(&path, json!({"role": "USER"})).await,
            "deactivate" => ann.patch(&path, json!({"active": false})).await,
            "delete" => ann.delete(&path).await,
            _ => ann.delete("/api/users/me").await,
        };
        assert!(left.status < 300, "{leave}: {}", left.text());
        ann.get("/api/users").await.is(401);
        admin.delete("/api/users/me").await.is_error(409, "last_admin");
    }
}

/// How an administrator may leave.
#[derive(Clone, Copy)]
enum Leave {
    Change(&'static str, bool),
    Delete,
}

async fn leave(client: Client, how: Leave) -> u16 {
    let answer = match how {
        Leave::Change("role", _) => client.patch(&path_of(&client), json!({"role": "USER"})).await,
        Leave::Change(field, value) => {
            let mut body = json!({});
            body[field] = Value::Bool(value);
            client.patch(&path_of(&client), body).await
        }
        Leave::Delete => client.delete("/api/users/me").await,
    };
    answer.status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_administrators_who_leave_at_the_same_time_one_stays() {
    let ways = [Leave::Change("role", false), Leave::Change("active", false), Leave::Delete];
    for (first, second) in ways.iter().flat_map(|a| ways.iter().map(move |b| (*a, *b))) {
        let server = TestServer::start().await;
        let (admin, ann) = two_admins(&server).await;
        let mut statuses = all([leave(admin, first), leave(ann, second)]).await;
        statuses.sort_unstable();
        assert_eq!(statuses[1], 409, "one is refused");
        assert!(statuses[0] < 300, "one leaves: {statuses:?}");
        let stayed = [ADMIN, ANN].map(|email| server.anonymous().try_login(email, PASSWORD));
        let mut admins = 0;
        for login in stayed {
            let answer = login.await;
            admins += usize::from(answer.status == 200 && answer.data()["user"]["role"] == "ADMIN");
        }
        assert_eq!(admins, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_administrators_who_demote_each_other_one_stays() {
    for _ in 0..5 {
        let server = TestServer::start().await;
        let (admin, ann) = two_admins(&server).await;
        let demote = |who: Client, whom: String| async move {
            who.patch(&whom, json!({"role": "USER"})).await.status
        };
        let (a, b) = (path_of(&ann), path_of(&admin));
        let statuses = all([demote(admin, a), demote(ann, b)]).await;
        // The slower one has lost its token or its right when the faster one was first.
        let demoted = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(demoted, 1, "{statuses:?}");
    }
}
