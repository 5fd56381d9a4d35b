//! The server itself, with a file of 57 published posts.

use std::{
    fs, io,
    path::Path,
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    child::{Child, free_address},
    processor::server_command,
};

/// What is asked for.
pub(crate) const LIST: &str = "/api/posts?limit=10";

const POSTS: usize = 57;
const EMAIL: &str = "bench@example.com";
const PASSWORD: &str = "correct horse battery staple";
/// Starts that are measured.
const STARTS: usize = 5;

/// How a server begins, on a file that is there.
pub(crate) struct Start {
    /// From the start of the process until it is ready; the median of some starts.
    pub(crate) until_ready: Duration,
    /// The first login after a start.
    pub(crate) first_login: Duration,
    /// Memory of a server that has only just begun, in bytes.
    pub(crate) idle_memory: u64,
}

/// Starts a server on a copy of `database`: one file has one server.
pub(crate) fn start(database: &Path, folder: &Path, log_level: &str) -> io::Result<Child> {
    let copy = folder.join(format!("{log_level}.db"));
    fs::copy(database, &copy)?;
    serve(&copy, log_level)
}

fn serve(database: &Path, log_level: &str) -> io::Result<Child> {
    let address = free_address()?;
    let mut command = server_command()?;
    command.arg("serve");
    configure(&mut command, database);
    command
        .env("HOST", address.ip().to_string())
        .env("PORT", address.port().to_string())
        .env("LOG_LEVEL", log_level);
    Child::start(command, address, "/health/ready")
}

/// As in production, on one worker, with limits that are never reached.
fn configure(command: &mut Command, database: &Path) {
    command
        .env_clear()
        .env("APP_ENV", "production")
        .env("JWT_SECRET", "a secret for a bench, of 32 bytes or more")
        .env("DATABASE_URL", format!("sqlite://{}", database.display()))
        .env("MANAGEMENT_ADDR", "")
        .env("WORKERS", "1");
    for limit in ["DEFAULT", "AUTH", "ACCOUNT"] {
        command.env(format!("RATE_LIMIT_{limit}"), "1000000/1");
    }
    if let Some(folder) = database.parent() {
        // Where no other configuration lies.
        command.current_dir(folder);
    }
}

/// Fills a new file with a user and their posts, through the API.
pub(crate) fn seed(database: &Path) -> io::Result<()> {
    let server = serve(database, "warn")?;
    let user = json!({ "name": "Bench", "email": EMAIL, "password": PASSWORD });
    post(&server, "/api/users", None, &user)?;
    let session = log_in(&server)?;
    let token = session["data"]["token"].as_str();
    for number in 1..=POSTS {
        let content = format!(
            "What post {number} has to say, in about as many words as fit on a line or two."
        );
        let new =
            json!({ "title": format!("Post {number}"), "content": content, "published": true });
        post(&server, "/api/posts", token, &new)?;
    }
    Ok(())
}

fn log_in(server: &Child) -> io::Result<Value> {
    let credentials = json!({ "email": EMAIL, "password": PASSWORD });
    post(server, "/api/auth/login", None, &credentials)
}

fn post(server: &Child, path: &str, token: Option<&str>, body: &Value) -> io::Result<Value> {
    let mut request =
        ureq::post(format!("http://{}{path}", server.address)).content_type("application/json");
    if let Some(token) = token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    let answer = request.send(body.to_string()).map_err(io::Error::other)?;
    let answer = answer.into_body().read_to_vec().map_err(io::Error::other)?;
    Ok(serde_json::from_slice(&answer)?)
}

/// The page as it is served.
pub(crate) fn page(server: &Child) -> io::Result<Bytes> {
    let answer = ureq::get(format!("http://{}{LIST}", server.address)).call();
    let body = answer.map_err(io::Error::other)?.into_body().read_to_vec();
    Ok(body.map_err(io::Error::other)?.into())
}

/// Starts and stops a server some times.
pub(crate) fn start_times(database: &Path) -> io::Result<Start> {
    let mut until_ready = Vec::new();
    for _ in 0..STARTS {
        until_ready.push(serve(database, "warn")?.took);
    }
    let server = serve(database, "warn")?;
    // What the start needed for a moment has time to go.
    sleep(Duration::from_secs(2));
    let idle_memory = server.memory()?;
    let begun = Instant::now();
    log_in(&server)?;
    until_ready.sort_unstable();
    Ok(Start {
        until_ready: until_ready[STARTS / 2],
        first_login: begun.elapsed(),
        idle_memory,
    })
}
