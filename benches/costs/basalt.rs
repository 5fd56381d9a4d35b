//! The server itself, which is this program too.

use std::{fs, io, path::Path, process::Command};

use crate::{
    api::Api,
    child::{Child, free_address},
    processor::server_command,
    wrong,
};

const EMAIL: &str = "admin@example.com";
const PASSWORD: &str = "correct horse battery staple";

/// How it is configured, beyond what is so in production.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) database: String,
    pub(crate) redis: Option<String>,
    /// One line for each request, which goes to `/dev/null`.
    pub(crate) logs: bool,
    /// Without, every list is a query.
    pub(crate) caches: bool,
}

/// A server that runs, and its administrator.
pub(crate) struct Basalt {
    pub(crate) child: Child,
    pub(crate) api: Api,
}

impl Basalt {
    pub(crate) fn start(settings: &Settings, folder: &Path) -> io::Result<Self> {
        let address = free_address()?;
        let mut command = server_command()?;
        command.arg("serve");
        configure(&mut command, &settings.database, folder)?;
        let ttl = if settings.caches { "600" } else { "0" };
        let level = if settings.logs { "info" } else { "warn" };
        command
            .env("HOST", address.ip().to_string())
            .env("PORT", address.port().to_string())
            .env("CACHE_TTL_SECONDS", ttl)
            .env("LOG_LEVEL", level);
        if let Some(redis) = &settings.redis {
            command.env("REDIS_URL", redis);
        }
        let child = Child::start(command, address, "/health/ready")?;
        let api = Api::log_in(&address.to_string(), EMAIL, PASSWORD)?;
        Ok(Self { child, api })
    }
}

/// As in production, on one worker, with limits that are never reached: their work is done.
fn configure(command: &mut Command, database: &str, folder: &Path) -> io::Result<()> {
    // Where no other configuration lies.
    let folder = folder.join("empty");
    fs::create_dir_all(&folder)?;
    command
        .env_clear()
        .current_dir(folder)
        .env("APP_ENV", "production")
        .env("JWT_SECRET", "a secret for a bench, of 32 bytes or more")
        .env("DATABASE_URL", database)
        .env("ADMIN_EMAIL", EMAIL)
        .env("ADMIN_PASSWORD", PASSWORD)
        .env("MANAGEMENT_ADDR", "")
        .env("WORKERS", "1");
    for limit in ["DEFAULT", "AUTH", "ACCOUNT"] {
        command.env(format!("RATE_LIMIT_{limit}"), "1000000/1");
    }
    Ok(())
}

/// Makes the tables.
pub(crate) fn migrate(database: &str, folder: &Path) -> io::Result<()> {
    let mut command = server_command()?;
    command.args(["migrate", "up"]);
    configure(&mut command, database, folder)?;
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(wrong(String::from_utf8_lossy(&output.stderr)))
}
