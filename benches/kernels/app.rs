//! The whole app as a server runs it, called without a socket.

use std::{net::SocketAddr, path::Path, time::Duration};

use actix_http::Request;
use actix_web::{
    Error,
    body::MessageBody,
    dev::{Service, ServiceResponse},
    http::{StatusCode, header::AUTHORIZATION},
    rt::time::sleep,
    test::{TestRequest, call_service, init_service, read_body},
};
use basalt_server::{
    application::Application,
    config::{Config, Sources},
    telemetry::{logs, metrics::Metrics},
};
use serde_json::{Value, json};

use crate::counted;

const LIST: &str = "/api/posts?limit=10";
/// So many that a page is one of some.
const POSTS: usize = 57;
const EMAIL: &str = "kernels@example.com";
const PASSWORD: &str = "correct horse battery staple";

/// As in production, with limits that count and are never reached.
fn config(database: &Path, more: &[(&str, &str)]) -> Config {
    let database = format!("sqlite://{}", database.display());
    let mut sources = Sources::of([
        ("APP_ENV", "production"),
        ("JWT_SECRET", "a secret for a bench, of 32 bytes or more"),
        ("DATABASE_URL", &database),
        ("PORT", "0"),
        ("MANAGEMENT_ADDR", ""),
        ("WORKERS", "1"),
        ("RATE_LIMIT_DEFAULT", "1000000/1"),
        // Under callgrind all takes fifty times as long.
        ("DATABASE_ACQUIRE_TIMEOUT_MS", "10000"),
        ("DATABASE_STATEMENT_TIMEOUT_MS", "10000"),
    ]);
    for (name, value) in more {
        sources.env.insert((*name).to_owned(), (*value).to_owned());
    }
    Config::load(&sources).expect("the configuration is right")
}

/// The list, so many times.
pub(crate) async fn list(database: &Path, more: &[(&str, &str)], times: u32) {
    let config = config(database, more);
    let log = logs::install(&config.logs, logs::Output::Stdout, false);
    let metrics = Metrics::install(log.lost_lines()).expect("nobody keeps metrics yet");
    let application = Application::build(config).await.expect("it starts");
    let app = init_service(basalt_api::app(application.api())).await;
    let asked = || TestRequest::get().uri(LIST).peer_addr(client());
    // A start that takes long goes on beside the first requests.
    while answer(&app, asked()).await.0 == StatusCode::SERVICE_UNAVAILABLE {
        sleep(Duration::from_millis(100)).await;
    }
    for _ in 0..times {
        let (status, body) = counted(answer(&app, asked())).await;
        assert!(status == StatusCode::OK && body.len() > 1_000, "{status}");
    }
    // What a server does now and then; how often would depend on the time.
    metrics.keep_up();
}

/// Fills a new file with a user and their posts.
pub(crate) async fn seed(database: &Path) {
    let config = config(database, &[]);
    let application = Application::build(config).await.expect("it starts");
    let app = init_service(basalt_api::app(application.api())).await;
    let user = json!({ "name": "Kernel", "email": EMAIL, "password": PASSWORD });
    post(&app, "/api/users", None, &user).await;
    let credentials = json!({ "email": EMAIL, "password": PASSWORD });
    let session = post(&app, "/api/auth/login", None, &credentials).await;
    let token = session["data"]["token"].as_str().expect("a token");
    for number in 1..=POSTS {
        let content =
            format!("What post {number:02} has to say, in some words that fit on a line.");
        let title = format!("Post {number:02}");
        let new = json!({ "title": title, "content": content, "published": true });
        post(&app, "/api/posts", Some(token), &new).await;
    }
    // It stops at once, and leaves the database as one file.
    application.stopper().stop();
    application.run().await.expect("it ends in good order");
}

fn client() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 7], 50_000))
}

async fn post<S, B>(app: &S, path: &str, token: Option<&str>, body: &Value) -> Value
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    let mut request = TestRequest::post().uri(path).peer_addr(client());
    if let Some(token) = token {
        request = request.insert_header((AUTHORIZATION, format!("Bearer {token}")));
    }
    let (status, answer) = answer(app, request.set_json(body)).await;
    assert!(status.is_success(), "{path}: {status}");
    serde_json::from_slice(&answer).expect("answers are JSON")
}

async fn answer<S, B>(app: &S, request: TestRequest) -> (StatusCode, actix_web::web::Bytes)
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    let response = call_service(app, request.to_request()).await;
    (response.status(), read_body(response).await)
}
