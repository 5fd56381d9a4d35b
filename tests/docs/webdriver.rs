//! A browser: headless Chromium, driven over the protocol `WebDriver`.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A page with everything open is drawn for long where the machine has other work.
const PATIENCE: Duration = Duration::from_mins(3);

/// How often it is tried to start one.
const STARTS: usize = 3;

/// The name that the protocol gives to a reference to an element (`WebDriver`, 12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A running browser. It is gone when this is dropped.
pub(super) struct Browser {
    http: reqwest::Client,
    driver: Child,
    /// Open for as long as it writes.
    _output: BufReader<ChildStdout>,
    port: u16,
    session: String,
    profile: TempDir,
}

impl Browser {
    /// Starts one. It finds no other host than this machine, so that a page that asks one shows it.
    pub(super) async fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let mut output = BufReader::new(driver.stdout.take().expect("it was piped"));
        let port = output.by_ref().lines().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        let port = port.expect("it says where it listens");
        let profile = TempDir::new().expect("a temporary folder");
        let client = reqwest::Client::builder().timeout(PATIENCE).build();
        let mut browser = Self {
            http: client.expect("a client"),
            driver,
            _output: output,
            port,
            session: String::new(),
            profile,
        };
        let folder = browser.profile.path().display().to_string();
        let options = json!({"args": [
            "--headless=new",
            // Root may have no sandbox, and a container little shared memory.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--window-size=1280,1000",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            format!("--user-data-dir={folder}"),
        ]});
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}});
        let mut session = browser.ask("", &wanted).await;
        // Its driver gives up after a minute, which a machine with other work may take to start it.
        for _ in 1..STARTS {
            if let Err(error) = &session {
                eprintln!("Chromium did not start, once more: {error}");
                session = browser.ask("", &wanted).await;
            }
        }
        let session = session.expect("Chromium starts");
        let id = session["sessionId"].as_str().expect("a session");
        browser.session = format!("/{id}");
        browser
    }

    /// Goes to an address, and waits until it is loaded.
    pub(super) async fn open(&self, url: &str) {
        let opened = self.ask("/url", &json!({"url": url})).await;
        opened.unwrap_or_else(|e| panic!("{url}: {e}"));
    }

    /// What a script returns.
    pub(super) async fn run(&self, script: &str) -> Value {
        let asked = json!({"script": script, "args": []});
        let ran = self.ask("/execute/sync", &asked).await;
        ran.unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// Clicks on what this path finds, once it is there.
    pub(super) async fn click(&self, path: &str) {
        self.with(path, async |element: &str| {
            let scroll = json!({
                "script": "arguments[0].scrollIntoView({block: 'center'})",
                "args": [{ELEMENT: element}],
            });
            self.ask("/execute/sync", &scroll).await?;
            self.ask(&format!("/element/{element}/click"), &json!({})).await
        })
        .await;
    }

    /// Types into a field, instead of what it holds.
    pub(super) async fn fill(&self, path: &str, text: &str) {
        // Ctrl+A, and Ctrl let go.
        let keys = json!({"text": format!("\u{e009}a\u{e000}{text}")});
        self.with(path, async |element: &str| {
            self.ask(&format!("/element/{element}/value"), &keys).await
        })
        .await;
    }

    /// What people read there, once it is there.
    pub(super) async fn text(&self, path: &str) -> String {
        let script = "return arguments[0].innerText";
        let text = self
            .with(path, async |element: &str| {
                let asked = json!({"script": script, "args": [{ELEMENT: element}]});
                self.ask("/execute/sync", &asked).await
            })
            .await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until there is such a thing.
    pub(super) async fn sees(&self, path: &str) {
        self.with(path, async |_: &str| Ok(Value::Null)).await;
    }

    /// What was written since the last call: `browser` is the console, `performance` the network.
    pub(super) async fn log(&self, kind: &str) -> Vec<Value> {
        let log = self.ask("/se/log", &json!({"type": kind})).await;
        let log = log.unwrap_or_else(|e| panic!("{kind}: {e}"));
        log.as_array().cloned().unwrap_or_default()
    }

    /// Makes the window that of a phone.
    pub(super) async fn shrink(&self, width: u32) {
        let size = json!({"width": width, "height": 844, "deviceScaleFactor": 2, "mobile": true});
        let command = json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": size});
        let done = self.ask("/goog/cdp/execute", &command).await;
        done.expect("Chromium has windows of any size");
    }

    /// Does something with the element of a path, as soon as both work: a page that is being drawn
    /// has elements that come, move and go.
    async fn with(&self, path: &str, act: impl AsyncFn(&str) -> Result<Value, String>) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let wanted = json!({"using": "xpath", "value": path});
            let tried = async {
                let found = self.ask("/element", &wanted).await?;
                act(found[ELEMENT].as_str().unwrap_or_default()).await
            };
            match tried.await {
                Ok(done) => return done,
                Err(why) => assert!(Instant::now() < until, "{path}: {why}"),
            }
        }
    }

    async fn ask(&self, path: &str, body: &Value) -> Result<Value, String> {
        let url = format!("http://127.0.0.1:{}/session{}{path}", self.port, self.session);
        let request = self.http.post(url).json(body).send().await;
        let response = request.map_err(|e| e.to_string())?;
        let is_done = response.status().is_success();
        let mut answer: Value = response.json().await.map_err(|e| e.to_string())?;
        let value = answer["value"].take();
        if is_done { Ok(value) } else { Err(value["message"].to_string()) }
    }
}

impl Drop for Browser {
    /// Chromium outlives a driver that is killed: it is told to end first.
    fn drop(&mut self) {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let head = format!(
                "DELETE /session{} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
                self.session
            );
            // It may have crashed; then there is nothing to end.
            let _ = stream.set_read_timeout(Some(PATIENCE));
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.read(&mut [0; 1]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
