//! Spans as a collector gets them.

mod children;

use std::{
    fmt::Write as _,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use basalt_server::application::Application;
use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode};
use tokio::time::Instant;

use crate::support::{
    collector::{Collector, text},
    folder,
    in_process::{beside, config, exchange, local, ready},
    process::Server,
};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

const REGISTER: (&str, &str) =
    ("POST /api/users", r#"{"name":"Ann","email":"ann@example.org","password":"correct horse"}"#);
const LOGIN: (&str, &str) =
    ("POST /api/auth/login", r#"{"email":"ann@example.org","password":"correct horse"}"#);
const SECRETS: [&str; 4] = ["ann@", "Ann", "correct horse", "Bearer"];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The spans of requests with these heads.
async fn spans_of(heads: &[String]) -> Vec<Span> {
    let exchanged = async |address| {
        for head in heads {
            exchange(address, head, "").await.unwrap();
        }
    };
    spans_during(exchanged).await
}

/// The spans of a server that runs just as long as this.
async fn spans_during(client: impl AsyncFnOnce(SocketAddr)) -> Vec<Span> {
    let (collector, folder) = (Collector::start(), folder());
    let traced = [("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint[..])];
    let application = Application::build(config(&folder, &traced)).await.unwrap();
    local(beside(application, client)).await;
    let spans = collector.spans().into_iter();
    let spans = spans.inspect(|(service, _)| assert_eq!(service, "basalt"));
    spans.map(|(_, span)| span).collect()
}

#[tokio::test]
async fn a_request_is_a_span_of_its_clients_trace() {
    let traceparent = format!("traceparent: 00-{TRACE}-{PARENT}-01\r\n");
    let request = format!("GET /api/posts?search=secret HTTP/1.1\r\nHost: x\r\n{traceparent}");
    let spans = spans_of(&[request]).await;
    let [span] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!(hex(&span.trace_id), TRACE);
    assert_eq!(hex(&span.parent_span_id), PARENT);
    assert_eq!(span.name, "GET /api/posts");
    assert_eq!(span.kind(), SpanKind::Server);
    assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
    for (name, value) in [
        ("http.request.method", "GET"),
        ("http.route", "/api/posts"),
        ("http.response.status_code", "200"),
        ("url.path", "/api/posts"),
        ("url.scheme", "http"),
    ] {
        assert_eq!(text(&span.attributes, name).as_deref(), Some(value));
    }
    assert!(!format!("{span:?}").contains("secret"), "no query string");
}

#[tokio::test]
async fn a_span_names_who_is_signed_in_by_id_and_in_no_other_way() {
    let json = "Content-Type: application/json\r\n";
    let spans = spans_during(async |address| {
        let exchanged = async |(request, body): (&str, &str)| {
            let head = format!("{request} HTTP/1.1\r\nHost: x\r\n{json}");
            exchange(address, &head, body).await.unwrap()
        };
        exchanged(REGISTER).await;
        let answer = exchanged(LOGIN).await;
        let token = answer.split_once("\"token\":\"").unwrap().1;
        let token = token.split('"').next().unwrap();
        let me =
            format!("GET /api/users/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n");
        exchange(address, &me, "").await.unwrap();
    })
    .await;
    let [register, login, me] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!(register.name, "POST /api/users");
    assert_eq!(text(&login.attributes, "enduser.id"), None);
    assert!(text(&me.attributes, "enduser.id").is_some());
    let told = format!("{spans:?}");
    for secret in SECRETS {
        assert!(!told.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn what_no_client_traces_is_a_trace_of_its_own() {
    let malformed = format!("traceparent: 00-{TRACE}-01\r\n");
    let spans = spans_of(&[
        "BREW /coffee HTTP/1.1\r\nHost: x\r\n".to_owned(),
        format!("GET /health/live HTTP/1.1\r\nHost: x\r\n{malformed}"),
    ])
    .await;
    let [unknown, live] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!(unknown.name, "HTTP", "clients can't make names");
    assert_eq!(text(&unknown.attributes, "http.request.method").unwrap(), "_OTHER");
    assert_eq!(text(&unknown.attributes, "http.route"), None);
    assert_eq!(
        unknown.status.clone().unwrap_or_default().code(),
        StatusCode::Unset,
        "a refusal is no error of ours"
    );
    assert_ne!(hex(&live.trace_id), TRACE);
    assert!(live.parent_span_id.is_empty());
}

#[tokio::test]
async fn what_the_client_does_not_record_is_not_recorded() {
    let traceparent = format!("traceparent: 00-{TRACE}-{PARENT}-00\r\n");
    let request = format!("GET /api/posts HTTP/1.1\r\nHost: x\r\n{traceparent}");
    assert_eq!(spans_of(&[request]).await, []);
}

#[tokio::test]
async fn a_collector_that_is_gone_or_never_answers_costs_no_request() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let address_of = |it: &TcpListener| it.local_addr().unwrap();
    let collectors: [SocketAddr; 2] = [address_of(&silent), address_of(&gone)];
    drop(gone);
    for collector in collectors {
        let (folder, endpoint) = (folder(), format!("http://{collector}"));
        let traced = [("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint[..])];
        let application = Application::build(config(&folder, &traced)).await.unwrap();
        let start = Instant::now();
        local(beside(application, async |address| {
            assert_eq!(ready(address).await.unwrap(), "200");
        }))
        .await;
        assert!(start.elapsed() < Duration::from_secs(10), "the stop waits for 2 s at most");
    }
}

#[test]
fn the_access_line_has_the_trace_that_the_signal_to_stop_sends() {
    let (collector, folder) = (Collector::start(), folder());
    let env = [("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint[..]), ("LOG_FORMAT", "json")];
    let server = Server::start(&folder, &env);
    server.get("/api/posts");
    let (code, said, errors) = server.terminate();
    assert_eq!(code, Some(0), "{errors}");
    let lines = said.lines().map(serde_json::from_str::<serde_json::Value>);
    let mut lines = lines.map(|line| line.unwrap());
    let access = lines.find(|line| line["target"] == "access").unwrap();
    let spans = collector.spans();
    assert_eq!(access["trace_id"], hex(&spans[0].1.trace_id));
}
