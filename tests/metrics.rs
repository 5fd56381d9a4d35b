//! `/metrics`

use crate::support::{Process, Raw, Stores};

async fn ask(raw: &mut Raw, method: &str, path: &str) -> u16 {
    raw.ask(format!("{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n")).await.status
}

#[tokio::test]
async fn requests_are_measured_by_route_template_method_and_status() {
    let stores = Stores::empty().await;
    let process = Process::start(&stores, &[]);
    let mut raw = process.raw().await;
    for (method, path) in [
        ("GET", "/api/posts?search=secret"),
        ("GET", "/api/posts/01890000-0000-7000-8000-000000000000"),
        ("GET", "/api/posts/another"),
        ("GET", "/api/users/me"),
        ("GET", "/nothing/one"),
        ("GET", "/nothing/two"),
        ("BREW", "/api/posts"),
        ("POST", "/api/users"),
        ("GET", "/health/live"),
    ] {
        ask(&mut raw, method, path).await;
    }
    let mut management = Raw::connect(process.management.expect("metrics are on")).await;
    let answer = management.ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await.is(200);
    assert!(answer.header("content-type").starts_with("text/plain"));
    let text = answer.text();
    let count = |labels: &[&str]| -> u64 {
        let lines = text.lines().filter(|line| {
            line.starts_with("http_server_request_duration_seconds_count{")
                && labels.iter().all(|label| line.contains(label))
        });
        let value = |line: &str| line.rsplit(' ').next().and_then(|v| v.parse::<u64>().ok());
        lines.filter_map(value).sum()
    };
    assert!(text.contains("http_server_request_duration_seconds_bucket{"), "a histogram: {text}");
    let get = "method=\"GET\"";
    assert_eq!(count(&["route=\"/api/posts\"", get, "status=\"200\""]), 1, "{text}");
    assert_eq!(count(&["route=\"/api/posts/{id}\"", get, "status=\"404\""]), 2);
    assert_eq!(count(&["route=\"/api/users/me\"", get, "status=\"401\""]), 1);
    assert_eq!(count(&["route=\"unknown\"", get, "status=\"404\""]), 2, "one template: {text}");
    assert_eq!(count(&["method=\"OTHER\"", "status=\"405\""]), 1);
    assert_eq!(
        count(&["route=\"/api/users\"", "method=\"POST\"", "status=\"415\""])
            + count(&["route=\"/api/users\"", "method=\"POST\"", "status=\"400\""]),
        1
    );
    assert!(text.lines().any(|line| line == "basalt_ready 1"), "{text}");
    let most = "basalt_database_connections_max{pool=\"primary\"} ";
    assert!(text.contains(most), "{text}");
    assert!(!text.contains("secret") && !text.contains("nothing") && !text.contains("BREW"));
}

#[tokio::test]
async fn the_management_listener_serves_metrics_and_health_and_nothing_else() {
    let stores = Stores::empty().await;
    let process = Process::start(&stores, &[]);
    let mut management = Raw::connect(process.management.expect("metrics are on")).await;
    for path in ["/", "/api/posts", "/docs", "/metrics/"] {
        assert_eq!(ask(&mut management, "GET", path).await, 404, "{path}");
    }
    for path in ["/metrics", "/health/live", "/health/ready"] {
        assert_eq!(ask(&mut management, "GET", path).await, 200, "{path}");
        assert_eq!(ask(&mut management, "HEAD", path).await, 200, "{path}");
        assert_eq!(ask(&mut management, "POST", path).await, 405, "{path}");
    }
    let mut public = process.raw().await;
    assert_eq!(ask(&mut public, "GET", "/metrics").await, 404);
}

#[tokio::test]
async fn every_metric_has_a_type_a_word_of_help_and_a_line_in_the_documents() {
    let stores = Stores::empty().await;
    let process = Process::start(&stores, &[]);
    ask(&mut process.raw().await, "GET", "/api/posts").await;
    let mut management = Raw::connect(process.management.expect("metrics are on")).await;
    let answer = management.ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let text = answer.is(200).text();
    let documents = include_str!("../docs/OPERATIONS.md");
    let mut names = Vec::new();
    for line in text.lines() {
        if let Some(typed) = line.strip_prefix("# TYPE ") {
            let name = typed.split(' ').next().expect("a name");
            let help = format!("# HELP {name} ");
            assert!(text.contains(&help), "no help for {name}: {text}");
            assert!(documents.contains(&format!("`{name}`")), "{name} is not documented");
            names.push(name);
        }
    }
    for name in [
        "process_resident_memory_bytes",
        "process_start_time_seconds",
        "process_open_fds",
        "process_cpu_seconds_total",
        "basalt_build_info",
        "basalt_log_lines_lost_total",
        "basalt_requests_in_flight_max",
        "basalt_worker_silence_seconds",
        "basalt_hash_queue_length",
        "basalt_hash_queue_wait_seconds",
        "basalt_hash_refusals_total",
    ] {
        assert!(names.contains(&name), "{name}: {text}");
    }
    let part = r#"basalt_part_missing{part="database"} 0"#;
    assert!(text.lines().any(|line| line == part), "{text}");
}
