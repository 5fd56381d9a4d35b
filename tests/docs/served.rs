//! What is served there.

use reqwest::{Method, Url};

use crate::support::TestServer;

/// What stands between `before` and the next quote.
fn references(page: &str, before: &str) -> Vec<String> {
    let after = page.split(before).skip(1);
    after.map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn docs_is_the_page_itself() {
    let server = TestServer::start().await;
    let page = server.anonymous().get("/docs").await.is(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.text().contains("swagger-ui"));
}

#[tokio::test]
async fn every_asset_of_the_page_lies_under_docs_and_loads() {
    let server = TestServer::start().await;
    let page = server.anonymous().get("/docs").await.text();
    let scripts = references(&page, "src=\"");
    let mut assets = references(&page, "href=\"");
    assert!(scripts.len() >= 2 && !assets.is_empty(), "{page}");
    assets.extend(scripts.clone());
    for asset in assets {
        // Relative to `/docs`.
        assert!(asset.starts_with("docs/"), "{asset}");
        let answer = server.anonymous().get(&format!("/{asset}")).await.is(200);
        let kind = answer.header("content-type");
        let expected = match asset.rsplit('.').next() {
            Some("js") => "text/javascript",
            Some("css") => "text/css",
            Some("png") => "image/png",
            other => panic!("{other:?}"),
        };
        assert!(kind.starts_with(expected), "{asset}: {kind}");
        assert!(!answer.body.is_empty(), "{asset}");
    }
    assert!(!page.contains("http://") && !page.contains("https://"), "no other host: {page}");
}

#[tokio::test]
async fn scripts_come_from_files_of_ours_alone() {
    let server = TestServer::start().await;
    let page = server.anonymous().get("/docs").await.is(200);
    let policy = page.header("content-security-policy").to_owned();
    let directive = |name: &str| {
        let found = policy.split(';').map(str::trim).find(|d| d.starts_with(name));
        found.unwrap_or_default().to_owned()
    };
    assert_eq!(directive("script-src"), "script-src 'self'");
    assert_eq!(directive("default-src"), "default-src 'none'");
    assert!(!policy.contains("unsafe-eval"));
    let text = page.text();
    for script in text.split("<script").skip(1) {
        let (tag, rest) = script.split_once('>').unwrap();
        assert!(tag.contains("src="), "an inline script");
        assert!(rest.starts_with("</script>"), "an inline script");
    }
    for handler in ["onload=", "onclick=", "javascript:"] {
        assert!(!text.contains(handler), "{handler}");
    }
}

#[tokio::test]
async fn the_page_shows_the_document_and_keeps_a_token_while_one_tries_out() {
    let server = TestServer::start().await;
    let start = server.anonymous().get("/docs/start.js").await.is(200).text();
    assert!(start.contains("openapi.json"), "{start}");
    let document = server.anonymous().get("/api/openapi.json").await.is(200).json();
    let scheme = &document["components"]["securitySchemes"]["bearer"];
    assert_eq!((&scheme["type"], &scheme["scheme"]), (&"http".into(), &"bearer".into()));
    // From where the document is: it works behind a proxy under any prefix.
    assert_eq!(document["servers"][0]["url"], "..");
}

#[tokio::test]
async fn the_configured_address_is_the_server_of_the_document() {
    let server = TestServer::with(&[("API_URL", "https://api.example.com")]).await;
    let document = server.anonymous().get("/api/openapi.json").await.is(200).json();
    assert_eq!(document["servers"][0]["url"], "https://api.example.com");
    let page = server.anonymous().get("/docs").await.is(200);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("connect-src 'self' https://api.example.com"), "{policy}");
}

#[tokio::test]
async fn what_people_type_leads_there_from_where_it_stands() {
    let server = TestServer::start().await;
    for (path, target) in
        [("/", "docs"), ("/api-docs", "docs"), ("/api-docs/", "../docs"), ("/docs/", "../docs")]
    {
        let answer = server.anonymous().get(path).await.is(307);
        assert_eq!(answer.header("location"), target, "{path}");
        // Under any prefix of a proxy.
        for prefix in ["", "/basalt", "/a/b"] {
            let asked = Url::parse(&format!("https://example.com{prefix}{path}")).unwrap();
            let found = asked.join(target).unwrap();
            assert_eq!(found.path(), format!("{prefix}/docs"));
        }
    }
}

#[tokio::test]
async fn other_files_are_not_there() {
    let server = TestServer::start().await;
    for path in [
        "/docs/nothing.js",
        "/docs/index.html",
        "/docs/swagger-initializer.js",
        "/docs//",
        "/api-docs//",
        "/docs/swagger-ui.css/",
        "/docs/swagger-ui.js",
        "/docs/docs/start.js",
        "/docs/../Cargo.toml",
        "/api-docs/x",
    ] {
        let mut raw = server.raw().await;
        let answer = raw.ask(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"), "{path}");
    }
}

#[tokio::test]
async fn switched_off_neither_the_page_nor_the_document_is_there() {
    let server = TestServer::with(&[("DOCS", "false")]).await;
    for path in [
        "/docs",
        "/docs/swagger-ui.css",
        "/docs/start.js",
        "/docs/",
        "/",
        "/api-docs",
        "/api-docs/",
    ] {
        server.anonymous().get(path).await.is_error(404, "not_found");
    }
    let mut raw = server.raw().await;
    let request = "GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
    let answer = raw.ask(request).await.is_error(404, "not_found");
    assert!(answer.json()["requestId"].is_string());
    let options = server.anonymous().request(Method::OPTIONS, "/docs").await;
    options.is_error(404, "not_found");
    server.anonymous().get("/api/posts").await.is(200);
}
