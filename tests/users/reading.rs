//! `GET /api/users/{id}`

use crate::support::TestServer;

const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

#[tokio::test]
async fn one_user_is_read_by_themselves_and_by_administrators() {
    let server = TestServer::start().await;
    let ann = server.ann();
    let path = format!("/api/users/{}", ann.id());
    assert_eq!(&ann.get(&path).await.is(200).data(), ann.user());
    assert_eq!(&server.admin().get(&path).await.is(200).data(), ann.user());
    server.bob().get(&path).await.is_error(403, "forbidden");
    server.anonymous().get(&path).await.is_error(401, "unauthenticated");
}

#[tokio::test]
async fn for_others_it_is_no_oracle_of_who_exists() {
    let server = TestServer::start().await;
    let ann = server.ann().id().to_owned();
    for id in [&ann, NOBODY, "nonsense", &ann.to_uppercase()] {
        let answer = server.bob().get(&format!("/api/users/{id}")).await;
        let answer = answer.is_error(403, "forbidden");
        assert_eq!(answer.message(), "Insufficient permissions");
    }
}

#[tokio::test]
async fn an_id_has_one_spelling_and_any_other_is_404() {
    let server = TestServer::start().await;
    let id = server.ann().id().to_owned();
    let bare = id.replace('-', "");
    let braced = format!("%7B{id}%7D");
    let urn = format!("urn:uuid:{id}");
    let longer = format!("{id}0");
    for other in [&id.to_uppercase(), &bare, &braced, &urn, &longer, NOBODY, "%00", "%FF", "1"] {
        let answer = server.admin().get(&format!("/api/users/{other}")).await;
        assert_eq!(answer.status, 404, "{other}: {}", answer.text());
        assert_eq!(answer.code(), "not_found");
    }
}

#[tokio::test]
async fn ids_are_uuids_of_version_7() {
    let server = TestServer::start().await;
    for id in [server.ann().id(), server.admin().id()] {
        assert_eq!((id.len(), &id[14..15]), (36, "7"), "{id}");
    }
}
