//! The server on each pair of stores, with a user and some posts.

use std::{any::Any, io, net::SocketAddr, process::Command};

use basalt_test_stores::{postgres, redis};
use serde_json::{Value, json};

use crate::{
    child::{Child, free_address},
    wrong,
};

const POSTS: usize = 200;
const EMAIL: &str = "bench@example.com";
const PASSWORD: &str = "correct horse battery staple";

/// A server that runs.
pub(crate) struct Server {
    pub(crate) stores: &'static str,
    pub(crate) child: Child,
    pub(crate) token: String,
    /// The path of one of the posts.
    pub(crate) a_post: String,
    /// What has to live as long.
    _kept: Vec<Box<dyn Any>>,
}

/// One on each pair of stores.
pub(crate) async fn all() -> io::Result<Vec<Server>> {
    let missing = || wrong("this bench needs a PostgreSQL and a Redis");
    let postgres = postgres().await.ok_or_else(missing)?;
    let redis = redis().await.ok_or_else(missing)?;
    let mut servers = Vec::new();
    for (stores, on_postgres, on_redis) in [
        ("SQLite, process", false, false),
        ("SQLite, Redis", false, true),
        ("PostgreSQL, process", true, false),
        ("PostgreSQL, Redis", true, true),
    ] {
        let folder = tempfile::tempdir()?;
        let mut kept: Vec<Box<dyn Any>> = Vec::new();
        let mut command = command(folder.path())?;
        if on_postgres {
            let database = postgres.database().await;
            command.env("DATABASE_URL", database.url());
            kept.push(Box::new(database));
        }
        if on_redis {
            let keyspace = redis.keyspace().await;
            command.env("REDIS_URL", keyspace.url());
            kept.push(Box::new(keyspace));
        }
        kept.push(Box::new(folder));
        servers.push(serve(stores, command, kept)?);
    }
    Ok(servers)
}

/// As in production, on one worker, with limits that are never reached.
fn command(folder: &std::path::Path) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    let file = format!("sqlite://{}", folder.join("basalt.db").display());
    command
        .arg("serve")
        .env_clear()
        .current_dir(folder)
        .env("APP_ENV", "production")
        .env("JWT_SECRET", "a secret for a bench, of 32 bytes or more")
        .env("DATABASE_URL", file)
        .env("AUTO_MIGRATE", "true")
        .env("MANAGEMENT_ADDR", "")
        .env("LOG_LEVEL", "warn")
        .env("WORKERS", "1");
    for limit in ["DEFAULT", "AUTH", "ACCOUNT"] {
        command.env(format!("RATE_LIMIT_{limit}"), "1000000/1");
    }
    Ok(command)
}

fn serve(
    stores: &'static str,
    mut command: Command,
    kept: Vec<Box<dyn Any>>,
) -> io::Result<Server> {
    let address = free_address()?;
    command
        .env("HOST", address.ip().to_string())
        .env("PORT", address.port().to_string());
    let child = Child::start(command, address, "/health/ready")?;
    let user = json!({ "name": "Bench", "email": EMAIL, "password": PASSWORD });
    post(address, "/api/users", None, &user)?;
    let credentials = json!({ "email": EMAIL, "password": PASSWORD });
    let session = post(address, "/api/auth/login", None, &credentials)?;
    let token = text(&session["data"]["token"])?;
    let mut a_post = String::new();
    for number in 1..=POSTS {
        let content = format!("What post {number} has to say, in some words that fit on a line.");
        let new =
            json!({ "title": format!("Post {number}"), "content": content, "published": true });
        let made = post(address, "/api/posts", Some(&token), &new)?;
        a_post = format!("/api/posts/{}", text(&made["data"]["id"])?);
    }
    Ok(Server {
        stores,
        child,
        token,
        a_post,
        _kept: kept,
    })
}

fn text(value: &Value) -> io::Result<String> {
    let text = value.as_str().map(ToOwned::to_owned);
    text.ok_or_else(|| wrong("an answer lacks what it promises"))
}

fn post(address: SocketAddr, path: &str, token: Option<&str>, body: &Value) -> io::Result<Value> {
    let mut request =
        ureq::post(format!("http://{address}{path}")).content_type("application/json");
    if let Some(token) = token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    let answer = request.send(body.to_string()).map_err(io::Error::other)?;
    let answer = answer.into_body().read_to_vec().map_err(io::Error::other)?;
    Ok(serde_json::from_slice(&answer)?)
}
