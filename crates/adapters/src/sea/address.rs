//! What the URL of a `PostgreSQL` says: what the driver honours, what is ours, and what is to be
//! said of the rest. The driver would drop the rest with a line of its own, values included.

use std::str::FromStr;

use sea_orm::sqlx::postgres::PgConnectOptions;
use url::Url;

/// Parameters that the driver honours.
const KNOWN: &[&str] = &[
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// Settings of a connection that variables of ours decide.
const OURS: &[&str] = &[
    "default_transaction_isolation",
    "idle_in_transaction_session_timeout",
    "lock_timeout",
    "statement_timeout",
];

/// The longest name that `PostgreSQL` keeps whole, in bytes.
const NAME_BYTES: usize = 63;

/// Where a `PostgreSQL` is, read from its URL.
#[derive(Clone, Debug)]
pub struct PostgresAddress {
    pub(super) connect: PgConnectOptions,
    /// Where the tables are, if not where the server looks by itself.
    pub(super) schema: Option<String>,
    /// What of the URL is not done, each in a sentence that begins with the name of whatever holds
    /// the URL.
    pub remarks: Vec<String>,
}

/// Why a URL can't be used. Ends a sentence that begins with the name of whatever holds it, and
/// repeats nothing that may be a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AddressError(String);

impl FromStr for PostgresAddress {
    type Err = AddressError;

    fn from_str(raw: &str) -> Result<Self, AddressError> {
        let refused = |problem: &str| AddressError(problem.to_owned());
        if hosts(raw).contains(',') {
            return Err(several_hosts());
        }
        let mut url = Url::parse(raw)
            .ok()
            .filter(|url| matches!(url.scheme(), "postgres" | "postgresql"))
            .ok_or_else(|| refused("is no URL like postgres://user:password@host:5432/database"))?;
        let mut schema = None;
        let mut remarks = Vec::new();
        let mut kept = Vec::new();
        for (name, value) in url.query_pairs() {
            match &*name {
                "schema" => schema = Some(schema_named(&value)?),
                _ if is_known(&name) => {
                    check(&name, &value)?;
                    kept.push((name.into_owned(), value.into_owned()));
                }
                _ => remarks.extend(remark(&name, &value)?),
            }
        }
        let has_host = url.host_str().is_some_and(|host| !host.is_empty());
        if !has_host && !kept.iter().any(|(name, _)| name.starts_with("host")) {
            return Err(refused("names no host"));
        }
        for setting in OURS {
            let says = |(name, value): &(String, String)| {
                name.starts_with("options") && (name.contains(setting) || value.contains(setting))
            };
            if kept.iter().any(says) {
                remarks.push(format!(
                    "sets {setting} in its options, which is not used: it follows from \
                     DATABASE_STATEMENT_TIMEOUT_MS and DATABASE_ACQUIRE_TIMEOUT_MS"
                ));
            }
        }
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(&kept);
        }
        let connect = PgConnectOptions::from_str(url.as_str())
            .map_err(|_| refused("has a user, a password or a name that is no UTF-8 text"))?;
        Ok(Self { connect, schema, remarks })
    }
}

impl PostgresAddress {
    /// Where the tables are, if not where the server looks by itself.
    pub fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// Host, port and database: what may be told.
    pub fn place(&self) -> String {
        let host = match self.connect.get_socket() {
            Some(folder) => folder.display().to_string(),
            None => self.connect.get_host().to_owned(),
        };
        let port = match self.connect.get_port() {
            5432 => String::new(),
            port => format!(":{port}"),
        };
        let database = self.connect.get_database();
        let database = database.map_or(String::new(), |name| format!("/{name}"));
        let schema = self.schema.as_ref();
        let schema = schema.map_or(String::new(), |name| format!(" (schema {name})"));
        format!("{host}{port}{database}{schema}")
    }
}

fn is_known(name: &str) -> bool {
    KNOWN.contains(&name) || (name.starts_with("options[") && name.ends_with(']'))
}

fn schema_named(name: &str) -> Result<String, AddressError> {
    if (1..=NAME_BYTES).contains(&name.len()) && !name.contains(char::is_control) {
        return Ok(name.to_owned());
    }
    Err(AddressError(format!("has a schema that is no name of 1 to {NAME_BYTES} bytes")))
}

/// What stands between the password and the path.
fn hosts(raw: &str) -> &str {
    let (_, rest) = raw.split_once("://").unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

/// Whether the driver takes this value.
fn check(name: &str, value: &str) -> Result<(), AddressError> {
    let mut alone = Url::parse("postgres://u:p@h/").expect("it is a URL");
    alone.query_pairs_mut().append_pair(name, value);
    if value.contains(',') && matches!(name, "host" | "hostaddr" | "port") {
        return Err(several_hosts());
    }
    PgConnectOptions::from_str(alone.as_str()).map_err(|_| {
        let right = match name {
            "sslmode" | "ssl-mode" => {
                " (disable, allow, prefer, require, verify-ca or verify-full)"
            }
            "port" => " (a number from 1 to 65535)",
            "hostaddr" => " (an IP address)",
            _ => "",
        };
        AddressError(format!("has a parameter {name} whose value is not understood{right}"))
    })?;
    Ok(())
}

/// Several hosts are another promise than one: whom to ask, and when to go on to the next.
fn several_hosts() -> AddressError {
    AddressError(
        "names several hosts; name one: the primary, or what leads to it (a virtual address, a \
         proxy)"
            .to_owned(),
    )
}

/// What is to be said of a parameter that the driver does not know.
fn remark(name: &str, value: &str) -> Result<Option<String>, AddressError> {
    let instead = |variable: &str| {
        Ok(Some(format!("has a parameter {name}, which is not used: set {variable}")))
    };
    match (name, value) {
        ("connection_limit", _) => instead("DATABASE_MAX_CONNECTIONS"),
        ("pool_timeout" | "connect_timeout", _) => instead("DATABASE_ACQUIRE_TIMEOUT_MS"),
        ("pgbouncer", "false")
        | ("channel_binding", "disable" | "prefer")
        | ("target_session_attrs", "any") => Ok(None),
        ("pgbouncer", "true") => Ok(Some(
            "has pgbouncer=true, which changes nothing: statements are prepared all the same, so \
             the pooler has to keep them (pool_mode = session, or PgBouncer 1.21 or newer with \
             max_prepared_statements)"
                .to_owned(),
        )),
        ("channel_binding", "require") => Ok(Some(
            "has channel_binding=require, which is not done; sslmode=verify-full makes sure of \
             the server"
                .to_owned(),
        )),
        ("target_session_attrs", _) => Ok(Some(
            "has a parameter target_session_attrs, which is not used: there is one host to ask"
                .to_owned(),
        )),
        ("pgbouncer" | "channel_binding", _) => {
            Err(AddressError(format!("has a parameter {name} whose value is not understood")))
        }
        // What is no word may be a part of a password that is not encoded.
        _ if name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)) => {
            Err(AddressError(format!("has a parameter {name}, which is not known; remove it")))
        }
        _ => Err(AddressError(
            "has a parameter that is not known; a ? in a password is written as %3F".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests;
