//! The page as people use it: in a real browser, straight and behind a proxy's prefix.

use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::{are_here, prefix::Proxy, webdriver::Browser};
use crate::support::TestServer;

/// One browser at a time: each is many processes.
static TURN: Mutex<()> = Mutex::const_new(());

const CHROMIUM: &str = "chromium or google-chrome";

/// An operation on the page, open to be tried out.
struct Operation<'a> {
    browser: &'a Browser,
    at: String,
}

impl<'a> Operation<'a> {
    async fn open(browser: &'a Browser, method: &str, path: &str) -> Self {
        let at = format!("//div[contains(@class,'opblock-{method}')][.//*[@data-path='{path}']]");
        let operation = Self { browser, at };
        operation.toggle().await;
        operation.click("//button[contains(@class,'try-out__btn')]").await;
        operation
    }

    /// Opens or closes it. The page draws all that is open at each key that is typed.
    async fn toggle(&self) {
        self.click("//button[contains(@class,'opblock-summary-control')]").await;
    }

    async fn click(&self, part: &str) {
        self.browser.click(&format!("{}{part}", self.at)).await;
    }

    async fn fill_body(&self, body: &Value) {
        let area = format!("{}//textarea[contains(@class,'body-param__text')]", self.at);
        self.browser.fill(&area, &body.to_string()).await;
    }

    async fn fill(&self, parameter: &str, value: &str) {
        let input = format!("{}//tr[@data-param-name='{parameter}']//input[@type='text']", self.at);
        self.browser.fill(&input, value).await;
    }

    /// Sends it, insists on a status, and returns the body as the page shows it.
    async fn send(&self, status: &str) -> Value {
        self.click("//button[contains(@class,'execute')]").await;
        let answer = format!("{}//table[contains(@class,'live-responses-table')]/tbody", self.at);
        let shown = format!("{answer}//td[contains(@class,'response-col_description')]//pre");
        let shown = self.browser.text(&shown).await;
        let told = format!("{answer}//td[contains(@class,'response-col_status')]");
        let told = self.browser.text(&told).await;
        assert_eq!(told.trim(), status, "{shown}");
        // So that the next answer can't be taken for this one.
        self.click("//button[contains(@class,'btn-clear')]").await;
        serde_json::from_str(&shown).unwrap_or_else(|e| panic!("{e}: {shown}"))
    }
}

/// What a newcomer does: everything on the page, from its examples.
async fn story(root: &str) {
    let browser = Browser::start().await;
    // The address that people type leads to the page.
    browser.open(&format!("{root}/")).await;
    let register = Operation::open(&browser, "post", "/api/users").await;
    assert_eq!(locked(&browser).await, 0, "nobody is authorized yet");
    let body = browser.run("return document.body.innerText").await;
    assert!(!body.to_string().contains("Servers"), "nothing to choose");
    let user = register.send("201").await["data"].take();
    register.toggle().await;

    let login = Operation::open(&browser, "post", "/api/auth/login").await;
    let session = login.send("200").await["data"].take();
    login.toggle().await;
    assert_eq!(session["user"]["email"], user["email"], "the examples are of one person");
    authorize(&browser, session["token"].as_str().expect("a token")).await;

    write(&browser).await;
    walk(&browser).await;

    let credentials = json!({"email": user["email"], "password": "a wrong password"});
    login.toggle().await;
    for status in ["401", "401"] {
        login.fill_body(&credentials).await;
        login.send(status).await;
    }
    login.fill_body(&credentials).await;
    let refused = login.send("429").await;
    assert_eq!(refused["code"], "rate_limited");
    assert!(refused["detail"].to_string().contains("RATE_LIMIT_AUTH"), "{refused}");

    // A reload keeps the token.
    browser.open(&format!("{root}/docs")).await;
    let me = Operation::open(&browser, "get", "/api/users/me").await;
    assert_eq!(me.send("200").await["data"], user);
    assert!(locked(&browser).await > 0);
    is_quiet(&browser, root).await;
}

async fn locked(browser: &Browser) -> u64 {
    let script = "return document.querySelectorAll('.authorization__btn .locked').length";
    browser.run(script).await.as_u64().expect("a number")
}

async fn authorize(browser: &Browser, token: &str) {
    let button = |of: &str, class: &str| {
        format!("//div[contains(@class,'{of}')]//button[contains(@class,'{class}')]")
    };
    browser.click(&button("auth-wrapper", "authorize")).await;
    browser.fill("//div[contains(@class,'modal-ux')]//input", token).await;
    browser.click(&button("modal-ux", "modal-btn auth authorize")).await;
    browser.click(&button("modal-ux", "btn-done")).await;
    browser.sees("//*[@class='locked']").await;
}

async fn write(browser: &Browser) {
    let write = Operation::open(browser, "post", "/api/posts").await;
    // The first is the example as it stands.
    write.send("201").await;
    for title in ["Second", "Third"] {
        let post = json!({"title": title, "content": "Some text", "published": true});
        write.fill_body(&post).await;
        assert_eq!(write.send("201").await["data"]["title"], title);
    }
    write.fill_body(&json!({"title": "", "content": "Some text"})).await;
    let refused = write.send("400").await;
    assert_eq!(refused["errors"][0]["field"], "title");
    assert_eq!(refused["errors"][0]["message"], "Title is required");
    write.toggle().await;
}

async fn walk(browser: &Browser) {
    let list = Operation::open(browser, "get", "/api/posts").await;
    list.fill("limit", "1").await;
    // Without the tick no empty cursor is sent.
    list.click("//tr[@data-param-name='cursor']//input[@type='checkbox']").await;
    let mut titles = Vec::new();
    loop {
        let step = list.send("200").await;
        titles.push(step["data"][0]["title"].clone());
        let Some(next) = step["pagination"]["next"].as_str() else {
            break;
        };
        list.fill("cursor", next).await;
    }
    list.toggle().await;
    assert_eq!(titles[..2], [json!("Third"), json!("Second")]);
    assert!(titles.len() <= 3, "{titles:?}");
}

/// Insists that the page has had no error of its own, and has asked nobody but us.
async fn is_quiet(browser: &Browser, root: &str) {
    let is_error = |entry: &&Value| {
        // Each refused request is one of the network, and we had it refused.
        let is_refusal = entry["source"] == "network"
            && entry["message"].to_string().contains("responded with a status of 4");
        entry["level"] == "SEVERE" && !is_refusal
    };
    let console = browser.log("browser").await;
    let errors: Vec<_> = console.iter().filter(is_error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut asked = 0;
    for entry in browser.log("performance").await {
        let event = entry["message"].as_str().expect("a text");
        let event: Value = serde_json::from_str(event).expect("JSON in JSON");
        if event["message"]["method"] != "Network.requestWillBeSent" {
            continue;
        }
        let params = &event["message"]["params"];
        // The browser's own first page asks for things too.
        let is_by_our_page =
            params["documentURL"].as_str().is_some_and(|page| page.starts_with(root));
        if !is_by_our_page {
            continue;
        }
        let url = params["request"]["url"].as_str().expect("an address");
        let is_ours = url.starts_with(root) || url.starts_with("data:");
        assert!(is_ours, "{url}");
        asked += 1;
    }
    assert!(asked > 10, "{asked}");
}

/// Limits of their own: three logins that fail.
async fn server() -> TestServer {
    let variables = [("APP_ENV", "development"), ("RATE_LIMIT_AUTH", "2/86400")];
    TestServer::empty(&variables).await
}

#[tokio::test]
async fn a_newcomer_can_do_everything_on_the_page() {
    if !are_here(&[CHROMIUM, "chromedriver"]) {
        return;
    }
    let _turn = TURN.lock().await;
    let server = server().await;
    story(&format!("http://{}", server.address())).await;
}

#[tokio::test]
async fn behind_a_proxys_prefix_too() {
    if !are_here(&[CHROMIUM, "chromedriver", "nginx"]) {
        return;
    }
    let _turn = TURN.lock().await;
    let server = server().await;
    let proxy = Proxy::start(server.address()).await;
    story(&proxy.url()).await;
}

/// The page of this server on a phone, with everything open: all of it can be read.
async fn fits_a_phone(root: &str) {
    const WIDTH: u32 = 390;
    let browser = Browser::start().await;
    browser.shrink(WIDTH).await;
    browser.open(&format!("{root}/docs")).await;
    let register = Operation::open(&browser, "post", "/api/users").await;
    register.send("201").await;
    let open = "document.querySelectorAll('.opblock:not(.is-open) .opblock-summary-control')\
                .forEach(b => b.click())";
    browser.run(open).await;
    let closed = "div[starts-with(@class,'opblock opblock-')][not(contains(@class,'is-open'))]";
    browser.sees(&format!("//*[@id='swagger-ui'][not(.//{closed})]")).await;
    let width = browser.run("return document.documentElement.scrollWidth").await;
    assert_eq!(width, WIDTH);
    // What is wider than the window and can't be scrolled to can't be read.
    let cut = "return [...document.querySelectorAll('#swagger-ui *')].filter(e => \
        e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && \
        getComputedStyle(e).overflowX === 'hidden').map(e => e.outerHTML.slice(0, 200))";
    assert_eq!(browser.run(cut).await, json!([]));
}

#[tokio::test]
async fn the_page_fits_a_phone_with_everything_open() {
    if !are_here(&[CHROMIUM, "chromedriver"]) {
        return;
    }
    let _turn = TURN.lock().await;
    let server = server().await;
    fits_a_phone(&format!("http://{}", server.address())).await;
}

#[tokio::test]
async fn the_page_fits_a_phone_behind_a_proxys_prefix_too() {
    if !are_here(&[CHROMIUM, "chromedriver", "nginx"]) {
        return;
    }
    let _turn = TURN.lock().await;
    let server = server().await;
    let proxy = Proxy::start(server.address()).await;
    fits_a_phone(&proxy.url()).await;
}
