//! From sources to a checked [`Config`].

use super::{
    Cache, Config, Database, DatabaseUrl, Docs, Environment, FirstAdmin, Limits, LogFormat, Logs,
    Management, Passwords, Proxies, Redis, Secret, Server, Sources, Tokens, Violations,
    reader::Reader, variables as v,
};

/// The least a secret needs in production: as many bits as the hash of HS256 has (RFC 7518, 3.2).
const SECRET_BYTES: usize = 32;

impl Config {
    /// Reads and checks everything for a server; the error names every violation there is.
    pub fn load(sources: &Sources) -> Result<Self, Violations> {
        Self::read(sources, Signing::Yes)
    }

    /// The same for a command that signs nothing, which needs no secret to do so.
    pub fn load_for_a_command(sources: &Sources) -> Result<Self, Violations> {
        Self::read(sources, Signing::No)
    }

    fn read(sources: &Sources, signing: Signing) -> Result<Self, Violations> {
        let mut reader = Reader::new(sources);
        let config = reader.config(signing);
        match config {
            Some(config) if reader.violations.is_empty() => Ok(config),
            _ => Err(Violations(reader.violations)),
        }
    }
}

/// Whether tokens will be signed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signing {
    Yes,
    No,
}

impl Reader {
    /// Every part is read before the first `?`, so that each reports its violations.
    fn config(&mut self, signing: Signing) -> Option<Config> {
        let environment = self.environment;
        self.look_for_near_misses();
        self.look_for_other_systems();
        let server = self.server();
        let management = self.management();
        let database = self.database();
        let redis = self.redis();
        let tokens = self.tokens(environment, signing);
        let passwords = self.passwords();
        let first_admin = self.first_admin(passwords);
        let limits = self.limits();
        let proxies = self.proxies();
        let cors_origins = self.set(&v::CORS_ALLOWED_ORIGINS).unwrap_or_default();
        let cache = self.cache();
        let docs = self.docs();
        let logs = self.logs();
        let traces = self.set(&v::OTEL_EXPORTER_OTLP_ENDPOINT);
        // Known before, see `command_of`; here it is only checked.
        self.set(&v::BASALT_COMMAND);
        Some(Config {
            environment: environment?,
            server: server?,
            management,
            database: database?,
            redis,
            tokens: tokens?,
            first_admin,
            limits: limits?,
            proxies: proxies?,
            cors_origins,
            cache: cache?,
            passwords: passwords?,
            docs: docs?,
            logs: logs?,
            traces,
            warnings: std::mem::take(&mut self.warnings),
        })
    }

    fn cache(&mut self) -> Option<Cache> {
        let ttl = self.value(&v::CACHE_TTL_SECONDS);
        let stale_for = self.value(&v::CACHE_STALE_SECONDS);
        Some(Cache { ttl: ttl.map(|ttl| (!ttl.is_zero()).then_some(ttl))?, stale_for: stale_for? })
    }

    fn server(&mut self) -> Option<Server> {
        let host = self.value(&v::HOST);
        let port = self.value(&v::PORT);
        let workers = self.set(&v::WORKERS);
        let max_in_flight = self.value(&v::MAX_IN_FLIGHT);
        let request_timeout = self.value(&v::REQUEST_TIMEOUT_MS);
        let keep_alive = self.value(&v::KEEP_ALIVE_SECONDS);
        let hash_queue = self.value(&v::HASH_QUEUE_MS);
        let shutdown_grace = self.value(&v::SHUTDOWN_GRACE_SECONDS);
        let drain_delay = self.value(&v::DRAIN_DELAY_SECONDS);
        Some(Server {
            host: host?,
            port: port?,
            workers,
            max_in_flight: max_in_flight?,
            request_timeout: request_timeout?,
            keep_alive: keep_alive?,
            hash_queue: hash_queue?,
            shutdown_grace: shutdown_grace?,
            drain_delay: drain_delay?,
        })
    }

    /// `None` is off, and also beside a violation.
    fn management(&mut self) -> Option<Management> {
        let chosen = self.text(&v::MANAGEMENT_ADDR.row).is_some();
        let address = self.value(&v::MANAGEMENT_ADDR)??;
        Some(Management { address, chosen })
    }

    fn database(&mut self) -> Option<Database> {
        let url = self.value(&v::DATABASE_URL);
        let read_replica = self.set(&v::DATABASE_READ_URL);
        for remark in url.iter().flat_map(DatabaseUrl::remarks) {
            self.warn(&v::DATABASE_URL.row, remark);
        }
        for remark in read_replica.iter().flat_map(|replica| &replica.remarks) {
            self.warn(&v::DATABASE_READ_URL.row, remark);
        }
        if read_replica.is_some() && url.as_ref().is_some_and(DatabaseUrl::is_private) {
            let problem = "needs a DATABASE_URL of PostgreSQL; an SQLite file has no replica";
            self.refuse(&v::DATABASE_READ_URL.row, problem);
        }
        if let (Some(url), Some(replica)) = (&url, &read_replica)
            && url.schema() != replica.schema.as_deref()
        {
            let problem = "must have the same schema as DATABASE_URL: a replica is a copy";
            self.refuse(&v::DATABASE_READ_URL.row, problem);
        }
        let max_connections = self.value(&v::DATABASE_MAX_CONNECTIONS);
        let acquire_timeout = self.value(&v::DATABASE_ACQUIRE_TIMEOUT_MS);
        let statement_timeout = self.value(&v::DATABASE_STATEMENT_TIMEOUT_MS);
        let auto_migrate = self.set(&v::AUTO_MIGRATE);
        let url = url?;
        Some(Database {
            auto_migrate: auto_migrate.unwrap_or(url.is_private()),
            url,
            read_replica,
            max_connections: max_connections?,
            acquire_timeout: acquire_timeout?,
            statement_timeout: statement_timeout?,
        })
    }

    fn redis(&mut self) -> Option<Redis> {
        let url = self.set(&v::REDIS_URL);
        let timeout = self.value(&v::REDIS_TIMEOUT_MS);
        Some(Redis { url: url?, timeout: timeout? })
    }

    fn tokens(&mut self, environment: Option<Environment>, signing: Signing) -> Option<Tokens> {
        let secret = self.set(&v::JWT_SECRET);
        let previous = self.set(&v::JWT_PREVIOUS_SECRETS).unwrap_or_default();
        let ttl = self.value(&v::JWT_TTL_SECONDS);
        if environment == Some(Environment::Production) {
            let is_weak = |secret: &Secret| secret.expose().len() < SECRET_BYTES;
            if secret.as_ref().map_or(signing == Signing::Yes, is_weak) {
                let problem = format!(
                    "must have {SECRET_BYTES} bytes or more in production; make one with \
                     `openssl rand -base64 48`"
                );
                self.refuse(&v::JWT_SECRET.row, problem);
            }
        }
        Some(Tokens { secret, previous, ttl: ttl? })
    }

    fn passwords(&mut self) -> Option<Passwords> {
        let min_length = self.value(&v::PASSWORD_MIN_LENGTH);
        let reject_common = self.value(&v::PASSWORD_REJECT_COMMON);
        Some(Passwords { min_length: min_length?, reject_common: reject_common? })
    }

    fn first_admin(&mut self, passwords: Option<Passwords>) -> Option<FirstAdmin> {
        let email_set = self.text(&v::ADMIN_EMAIL.row).is_some();
        let email = self.set(&v::ADMIN_EMAIL);
        let password = self.set(&v::ADMIN_PASSWORD);
        match (email_set, password) {
            (true, None) => {
                self.refuse(&v::ADMIN_PASSWORD.row, "is missing beside ADMIN_EMAIL");
                None
            }
            (false, Some(_)) => {
                self.refuse(&v::ADMIN_EMAIL.row, "is missing beside ADMIN_PASSWORD");
                None
            }
            (true, Some(password)) => {
                let checked =
                    basalt_domain::Password::parse(password.expose(), &passwords?.policy());
                let password = checked
                    .map_err(|invalid| {
                        let problem = format!("is refused: {}", invalid.message);
                        self.refuse(&v::ADMIN_PASSWORD.row, problem);
                    })
                    .ok();
                Some(FirstAdmin { email: email?, password: password? })
            }
            (false, None) => None,
        }
    }

    fn limits(&mut self) -> Option<Limits> {
        let default = self.value(&v::RATE_LIMIT_DEFAULT);
        let auth = self.value(&v::RATE_LIMIT_AUTH);
        let account = self.value(&v::RATE_LIMIT_ACCOUNT);
        Some(Limits { default: default?, auth: auth?, account: account? })
    }

    fn proxies(&mut self) -> Option<Proxies> {
        let trusted = self.set(&v::TRUSTED_PROXIES).unwrap_or_default();
        let header = self.value(&v::FORWARDED_HEADER);
        Some(Proxies { trusted, header: header? })
    }

    fn docs(&mut self) -> Option<Docs> {
        let served = self.value(&v::DOCS);
        let api_url = self.set(&v::API_URL);
        Some(Docs { served: served?, api_url })
    }

    fn logs(&mut self) -> Option<Logs> {
        let level = self.value(&v::LOG_LEVEL);
        let format = self.value(&v::LOG_FORMAT);
        Some(Logs { level: level?, format: format?, color: self.foreign("NO_COLOR").is_none() })
    }
}

/// How errors of the configuration itself look: what can be told before it is known to be good.
pub fn log_format_of(sources: &Sources) -> LogFormat {
    let logs = Reader::new(sources).logs();
    logs.map_or(LogFormat::Text, |logs| logs.format)
}

/// How commands are run where this process runs, if somebody says so: known before anything else,
/// for advice in errors of the configuration too.
pub fn command_of(sources: &Sources) -> Option<String> {
    Reader::new(sources).set(&v::BASALT_COMMAND)
}
