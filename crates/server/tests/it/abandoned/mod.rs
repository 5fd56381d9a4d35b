//! Requests whose client goes away while they are worked on.

mod ports;

use std::sync::Arc;

use actix_web::{
    Error,
    dev::{Service, ServiceResponse},
    http::{Method, StatusCode, header::AUTHORIZATION},
    test::{TestRequest, init_service},
};
use basalt_api::{Api, Settings};
use basalt_application::Ports;
use serde_json::Value;
use tokio::{sync::oneshot, time::timeout};

use self::ports::{Held, Log, Panics, api};
use crate::support::in_process::PATIENCE;

/// Each operation of the document that is no read, as its example shows it.
fn writes() -> Vec<TestRequest> {
    let document = basalt_api::openapi(&Settings::default());
    let mut requests = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method: Method = method.to_uppercase().parse().unwrap();
            if !method.is_safe() {
                requests.push(request(method, path, operation));
            }
        }
    }
    requests
}

fn request(method: Method, path: &str, operation: &Value) -> TestRequest {
    let path = path.replace("{id}", "018f2b6e-7c2a-7b3c-9d4e-5f60718293a4");
    let request = TestRequest::with_uri(&path)
        .method(method)
        .insert_header(("idempotency-key", "once"))
        .insert_header(("x-request-id", "from-the-test"));
    match operation.pointer("/requestBody/content/application~1json/example") {
        Some(body) => request.set_json(body),
        None => request,
    }
}

/// Sends a request, and goes away as soon as a port is asked. What comes back lets that go on.
async fn abandon<B>(
    app: &impl Service<actix_http::Request, Response = ServiceResponse<B>, Error = Error>,
    request: TestRequest,
    held: &mut Held,
) -> oneshot::Sender<()> {
    let request = request.to_request();
    let name = format!("{} {}", request.method(), request.path());
    let asked = async {
        tokio::select! {
            answer = app.call(request) => panic!("{name}: {}", answer.unwrap().status()),
            go_on = held.next() => go_on,
        }
    };
    timeout(PATIENCE, asked).await.expect("a port is asked")
}

async fn until_none_is_in_flight(api: &Api) {
    let ended = async {
        while api.in_flight() > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, ended).await.expect("it comes to its end");
}

#[actix_web::test]
async fn every_write_goes_on_without_its_client() {
    let writes = writes();
    assert!(writes.len() > 10, "{}", writes.len());
    for write in writes {
        let mut held = Held::default();
        let (api, token) = api(|ports| held.hold(ports)).await;
        let app = init_service(basalt_api::app(&api)).await;
        let write = write.insert_header((AUTHORIZATION, format!("Bearer {token}")));
        let go_on = abandon(&app, write, &mut held).await;
        assert!(!go_on.is_closed(), "it waits");
        // And counts as a request in flight as long as it does.
        assert_eq!(api.in_flight(), 1);
        held.hold_no_more();
        go_on.send(()).unwrap();
        until_none_is_in_flight(&api).await;
    }
}

#[actix_web::test]
async fn a_read_ends_with_its_client() {
    let mut held = Held::default();
    let (api, _) = api(|ports| held.hold(ports)).await;
    let app = init_service(basalt_api::app(&api)).await;
    let read = TestRequest::get().uri("/api/posts?cursor=");
    let go_on = abandon(&app, read, &mut held).await;
    assert!(go_on.is_closed());
    assert_eq!(api.in_flight(), 0);
}

#[actix_web::test]
async fn a_write_that_panics_is_a_500_and_the_log_names_its_request() {
    let log = Log::default();
    let _installed = log.install();
    let (api, token) = api(|ports| Ports { units: Arc::new(Panics), ..ports }).await;
    let app = init_service(basalt_api::app(&api)).await;
    let write = TestRequest::delete()
        .uri("/api/users/me")
        .insert_header(("x-request-id", "from-the-test"))
        .insert_header((AUTHORIZATION, format!("Bearer {token}")));
    let answer = app.call(write.to_request()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    drop(answer);
    assert_eq!(api.in_flight(), 0);
    let lines = log.lines();
    let told = lines.iter().find(|line| line["fields"]["message"] == "request failed");
    let told = told.unwrap_or_else(|| panic!("{lines:#?}"));
    assert_eq!(told["level"], "ERROR");
    assert_eq!(told["fields"]["request_id"], "from-the-test");
    // What it said before it panicked names it too.
    let said = lines.iter().find(|line| line["fields"]["message"] == Panics::LAST_WORDS).unwrap();
    assert_eq!(said["span"]["request_id"], "from-the-test");
}
