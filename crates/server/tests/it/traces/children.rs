//! Spans below those of requests. Only a whole process has what makes them.

use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode};

use super::{LOGIN, PARENT, REGISTER, SECRETS, TRACE, hex};
use crate::support::{
    collector::{Collector, text},
    folder,
    in_process::exchange,
    process::Server,
};

/// The answer to `request` with JSON in its body.
async fn sent(server: &Server, (request, body): (&str, &str), headers: &str) -> String {
    let address = server.address.strip_prefix("http://").unwrap();
    let head =
        format!("{request} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{headers}");
    exchange(address.parse().unwrap(), &head, body).await.unwrap()
}

/// What a process exports while somebody registers, logs in and writes a post.
async fn spans_of_a_writer(env: &[(&str, &str)], headers: &str) -> Vec<Span> {
    told_of_a_writer(env, headers).await.0
}

/// These spans, and the log.
async fn told_of_a_writer(env: &[(&str, &str)], headers: &str) -> (Vec<Span>, String) {
    let (collector, folder) = (Collector::start(), folder());
    let usual = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint[..]),
        // What the log takes makes no difference.
        ("LOG_LEVEL", "warn"),
        ("JWT_SECRET", "a secret of these tests, which is long enough"),
        ("AUTO_MIGRATE", "true"),
    ];
    let env = [&usual[..], env].concat();
    let server = Server::start(&folder, &env);
    let registered = sent(&server, REGISTER, headers).await;
    assert!(registered.starts_with("HTTP/1.1 201"), "{registered}");
    let refused = sent(&server, REGISTER, headers).await;
    assert!(refused.starts_with("HTTP/1.1 409"), "{refused}");
    let wrong = LOGIN.1.replace("correct", "incorrect");
    let refused = sent(&server, (LOGIN.0, &wrong), headers).await;
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    let answer = sent(&server, LOGIN, headers).await;
    let token = answer.split_once("\"token\":\"").unwrap().1;
    let token = token.split('"').next().unwrap();
    let headers = format!("{headers}Authorization: Bearer {token}\r\n");
    let post = r#"{"title":"Of Ann","content":"Of Ann"}"#;
    // With a key, so that it is a unit of work and not one statement.
    let once = format!("{headers}Idempotency-Key: once\r\n");
    let posted = sent(&server, ("POST /api/posts", post), &once).await;
    assert!(posted.starts_with("HTTP/1.1 201"), "{posted}");
    let listed = sent(&server, ("GET /api/posts", ""), &headers).await;
    assert!(listed.starts_with("HTTP/1.1 200"), "{listed}");
    let (code, said, errors) = server.terminate();
    assert_eq!(code, Some(0), "{errors}");
    let spans = collector.spans().into_iter();
    (spans.map(|(_, span)| span).collect(), said)
}

/// The spans right below the span of the request that has this name, in their order.
fn below<'a>(spans: &'a [Span], request: &str) -> Vec<&'a Span> {
    let mut named = spans.iter().filter(|span| span.name == request);
    let parent = named.next_back().unwrap_or_else(|| panic!("{request}"));
    let of_it =
        |span: &&Span| span.parent_span_id == parent.span_id && span.trace_id == parent.trace_id;
    let mut below: Vec<_> = spans.iter().filter(of_it).collect();
    below.sort_by_key(|span| span.start_time_unix_nano);
    below
}

fn of_database<'a>(spans: &[&'a Span], system: &str) -> Vec<&'a str> {
    let of_it = spans
        .iter()
        .filter(|span| text(&span.attributes, "db.system.name").is_some_and(|name| name == system));
    let of_it = of_it.inspect(|span| {
        assert_eq!(span.kind(), SpanKind::Client);
        let operation = text(&span.attributes, "db.operation.name");
        assert_eq!(operation.as_deref(), Some(&span.name[..]));
        let names = span.attributes.iter().map(|attribute| &attribute.key[..]);
        let allowed = ["db.system.name", "db.operation.name", "error.type"];
        assert!(names.into_iter().all(|name| allowed.contains(&name)), "{span:?}");
    });
    of_it.map(|span| &span.name[..]).collect()
}

/// What holds on each database.
fn assert_is_shown(spans: &[Span], database: &str) {
    let login = below(spans, LOGIN.0);
    let names: Vec<_> = login.iter().map(|span| &span.name[..]).collect();
    for name in ["wait to hash a password", "hash a password"] {
        assert_eq!(names.iter().filter(|it| **it == name).count(), 1, "{names:?}");
    }
    assert!(of_database(&login, database).contains(&"SELECT"), "{names:?}");

    let posting = below(spans, "POST /api/posts");
    let statements = of_database(&posting, database);
    let places = ["BEGIN", "INSERT", "COMMIT"]
        .map(|name| statements.iter().position(|it| *it == name).expect(name));
    assert!(places.is_sorted(), "{statements:?}");
    let waited = posting.iter().any(|span| span.name == "begin a transaction");
    assert!(waited, "{posting:?}");

    let listing = below(spans, "GET /api/posts");
    let reads = of_database(&listing, database);
    assert!(reads.contains(&"SELECT"), "a read that others may join: {listing:?}");

    let refused = below(spans, REGISTER.0);
    let failed =
        |span: &&&Span| span.status.clone().unwrap_or_default().code() == StatusCode::Error;
    let failed = refused.iter().filter(failed).map(|span| &span.name[..]);
    assert_eq!(failed.collect::<Vec<_>>(), ["INSERT"], "the e-mail is taken");
    let told = format!("{spans:?}");
    for secret in SECRETS {
        assert!(!told.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn what_a_request_waits_for_is_below_its_span() {
    let headers = format!("traceparent: 00-{TRACE}-{PARENT}-01\r\n");
    let spans = spans_of_a_writer(&[], &headers).await;
    assert!(spans.iter().all(|span| hex(&span.trace_id) == TRACE), "{spans:?}");
    assert_is_shown(&spans, "sqlite");
}

#[tokio::test]
async fn what_a_request_waits_for_on_servers_is_below_its_span() {
    let Some(postgres) = basalt_test_stores::postgres().await else {
        return;
    };
    let Some(redis) = basalt_test_stores::redis().await else {
        return;
    };
    let (database, keyspace) = (postgres.database().await, redis.keyspace().await);
    let env = [("DATABASE_URL", database.url()), ("REDIS_URL", keyspace.url())];
    let spans = spans_of_a_writer(&env, "").await;
    assert_is_shown(&spans, "postgresql");
    let login = below(&spans, LOGIN.0);
    assert!(of_database(&login, "redis").contains(&"EVALSHA"), "{login:?}");
}

#[tokio::test]
async fn what_the_client_does_not_record_has_nothing_below() {
    let headers = format!("traceparent: 00-{TRACE}-{PARENT}-00\r\n");
    assert_eq!(spans_of_a_writer(&[], &headers).await, []);
}

#[tokio::test]
async fn the_log_has_nothing_of_what_is_below() {
    let env = [("LOG_LEVEL", "debug"), ("LOG_FORMAT", "text")];
    let (spans, said) = told_of_a_writer(&env, "").await;
    assert_is_shown(&spans, "sqlite");
    let refused = said.lines().find(|line| line.contains("login.failed"));
    let refused = refused.unwrap_or_else(|| panic!("{said}"));
    assert!(refused.contains(" INFO request{request_id="), "{refused}");
    for name in ["sea_orm.", "a transaction", "a password:", "request:"] {
        assert!(!said.contains(name), "{name}: {said}");
    }
}
