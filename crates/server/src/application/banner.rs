//! What the process says once it listens, whatever the log level is.

use std::{fmt::Write as _, io::Write as _};

use basalt_application::Operators;
use serde_json::{Map, Value};

use super::Application;
use crate::{
    config::{Config, DatabaseUrl, Environment, LogFormat},
    invocation,
    telemetry::line,
};

/// What there is to say.
struct Banner {
    address: String,
    docs: Option<String>,
    metrics: Option<String>,
    stores: String,
    traces: Option<String>,
    advice: Option<String>,
}

impl Application {
    /// Writes the banner to stdout.
    pub async fn announce(&self) {
        let banner = self.banner().await;
        let text = match self.config.logs.format {
            LogFormat::Json => banner.json(self.config.environment),
            LogFormat::Text => banner.text(),
        };
        // A server whose stdout is gone still serves.
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    async fn banner(&self) -> Banner {
        let address = format!("http://{}", self.address());
        let no_admin = match self.opening.opened() {
            Some(opened) => {
                let operators = Operators::new(opened.ports.clone());
                matches!(operators.has_admin().await, Ok(false))
            }
            None => false,
        };
        Banner {
            docs: self.config.docs.served.then(|| format!("{address}/docs")),
            metrics: self.management_address().map(|address| format!("http://{address}/metrics")),
            traces: self.config.traces.clone(),
            stores: stores(&self.config),
            advice: no_admin.then(|| {
                let create = "user create --email you@example.org --name You --admin";
                let create = invocation::of(create);
                format!("there is no administrator yet; make one with: {create}")
            }),
            address,
        }
    }
}

/// Which stores are in use, and what that means for a second process.
fn stores(config: &Config) -> String {
    let database = config.database.url.shown();
    let replica = config.database.read_replica.as_ref();
    let database = match (&config.database.url, replica) {
        (DatabaseUrl::Sqlite { .. }, _) => format!("SQLite {database}"),
        (DatabaseUrl::Postgres(_), None) => format!("PostgreSQL {database}"),
        (DatabaseUrl::Postgres(_), Some(replica)) => {
            format!("PostgreSQL {database} with replica {}", replica.place)
        }
    };
    let cache = match config.cache.ttl {
        Some(_) => "cache and limits",
        None => "no cache, limits",
    };
    match &config.redis {
        Some(redis) => format!("{database}, {cache} in Redis {}", redis.url.place),
        None if config.database.url.is_private() => format!("{database}, {cache} in this process"),
        None => format!("{database}, {cache} in this process alone: several need REDIS_URL"),
    }
}

impl Banner {
    fn text(&self) -> String {
        let mut text = format!("Basalt {}\n", env!("CARGO_PKG_VERSION"));
        let mut row = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                let _ = writeln!(text, "  {name:<8} {value}");
            }
        };
        row("API", Some(&self.address));
        row("Docs", self.docs.as_deref());
        row("Metrics", self.metrics.as_deref());
        row("Stores", Some(&self.stores));
        row("Traces", self.traces.as_deref());
        row("Note", self.advice.as_deref());
        text.truncate(text.trim_end().len());
        text
    }

    fn json(&self, environment: Environment) -> String {
        let mut fields = Map::new();
        let mut field = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), Value::from(value));
            }
        };
        field("version", Some(env!("CARGO_PKG_VERSION")));
        let environment = format!("{environment:?}").to_lowercase();
        field("environment", Some(&environment));
        field("address", Some(&self.address));
        field("docs", self.docs.as_deref());
        field("metrics", self.metrics.as_deref());
        field("stores", Some(&self.stores));
        field("traces", self.traces.as_deref());
        field("advice", self.advice.as_deref());
        line::object("INFO", "listening", fields)
    }
}
