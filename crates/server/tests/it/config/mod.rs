mod bounds;
mod documents;
mod mistakes;
mod stores;

use std::{fs, path::PathBuf, time::Duration};

use basalt_server::config::{
    Config, Environment, LogFormat, SourceFile, Sources, Violations, in_force,
};

fn file(text: &str) -> SourceFile {
    SourceFile { path: PathBuf::from("basalt.toml"), text: text.to_owned() }
}

/// The names of the violations, in order.
fn names(violations: &Violations) -> Vec<&str> {
    violations.0.iter().map(|it| it.name.as_str()).collect()
}

#[test]
fn nothing_has_to_be_configured() {
    let config = Config::load(&Sources::default()).unwrap();
    assert_eq!(config.environment, Environment::Development);
    assert_eq!((config.server.host.as_str(), config.server.port), ("127.0.0.1", 3000));
    assert_eq!(config.database.url.shown(), "data/basalt.db");
    assert!(config.database.url.is_private());
    assert!(config.redis.is_none());
    assert!(config.database.auto_migrate);
    assert_eq!(config.cache.ttl, Some(Duration::from_mins(10)));
    assert_eq!(config.cache.stale_for, Duration::from_mins(1));
    assert_eq!(config.limits.auth.unwrap().units, 5);
    assert_eq!(config.passwords.min_length, 8);
    assert_eq!(config.logs.format, LogFormat::Text);
    let management = config.management.unwrap();
    assert!(!management.chosen, "the default may be taken by another");
    assert!(config.tokens.secret.is_none());
}

#[test]
fn all_violations_are_told_at_once() {
    let sources = Sources {
        file: Some(file("PROT = 3000\nWORKERS = 0")),
        ..Sources::of([
            ("PORT", "70000"),
            ("RATE_LIMIT_AUTH", "many"),
            ("DATABASE_URL", "postgres://basalt:hunter2@db:port/basalt"),
            ("REDIS_URL", "redis://:hunter2@cache/first"),
            ("ADMIN_EMAIL", "root@example.org"),
            ("PASSWORD_MIN_LENGTH", "5"),
        ])
    };
    let violations = Config::load(&sources).unwrap_err();
    let mut found = names(&violations);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "ADMIN_PASSWORD",
            "DATABASE_URL",
            "PASSWORD_MIN_LENGTH",
            "PORT",
            "PROT",
            "RATE_LIMIT_AUTH",
            "REDIS_URL",
            "WORKERS"
        ]
    );
    let told: String = violations.0.iter().map(ToString::to_string).collect();
    assert!(told.contains("do you mean PORT?"), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn no_violation_repeats_what_may_be_personal_or_secret() {
    let refused = [
        ("ADMIN_EMAIL", "hunter2 at example.org"),
        ("ADMIN_EMAIL_FILE", "/hunter2"),
        ("ADMIN_PASSWORD", "hunter2"),
        ("ADMIN_PASSWORD_FILE", "/hunter2"),
        ("JWT_SECRET", "hunter2"),
        ("JWT_SECRET_FILE", "/hunter2"),
        ("JWT_PREVIOUS_SECRETS_FILE", "/hunter2"),
        ("DATABASE_URL", "mysql://basalt:hunter2@db/basalt"),
        ("DATABASE_READ_URL", "postgres://basalt:hunter2@db/basalt"),
        ("REDIS_URL", "redis://:hunter2@cache/first"),
        ("API_URL", "ftp://ann:hunter2@example.org"),
        ("CORS_ALLOWED_ORIGINS", "https://ann:hunter2@example.org"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://ann:hunter2@collector"),
    ];
    for (name, value) in refused {
        let mut sources = Sources::of([("APP_ENV", "production"), (name, value)]);
        if name == "ADMIN_PASSWORD" {
            let email = "root@example.org".to_owned();
            sources.env.insert("ADMIN_EMAIL".to_owned(), email);
        }
        let violations = Config::load(&sources).unwrap_err();
        assert!(names(&violations).contains(&name), "{name} is refused");
        let told: String = violations.0.iter().map(ToString::to_string).collect();
        assert!(!told.contains("hunter2") && !told.contains("root@"), "{told}");
    }
    let plain = Config::load(&Sources::of([("PORT", "70000")])).unwrap_err();
    assert!(plain.0[0].to_string().contains("70000"), "the rest is told");
}

#[test]
fn the_environment_beats_dotenv_and_dotenv_beats_the_file() {
    let sources = Sources {
        dotenv: Some("PORT=2\nHOST=\"10.0.0.2\"\n# a comment\nUNRELATED=x\n".to_owned()),
        file: Some(file("PORT = 3\nHOST = '10.0.0.3'\nWORKERS = 3\nDOCS = false")),
        ..Sources::of([("PORT", "1"), ("HOST", "")])
    };
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.server.port, 1);
    assert_eq!(config.server.host, "10.0.0.2", "an empty variable is unset");
    assert_eq!(config.server.workers, Some(3));
    assert!(!config.docs.served);
}

#[test]
fn only_the_management_address_can_be_set_to_nothing() {
    let config = Config::load(&Sources::of([("MANAGEMENT_ADDR", ""), ("API_URL", "")])).unwrap();
    assert!(config.management.is_none());
    assert!(config.docs.api_url.is_none());
}

#[test]
fn a_value_can_come_from_a_mounted_file_without_its_line_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, "a secret of at least thirty-two bytes \r\n").unwrap();
    let path = path.to_str().unwrap();
    let config = Config::load(&Sources::of([("JWT_SECRET_FILE", path)])).unwrap();
    assert_eq!(config.tokens.secret.unwrap().expose(), "a secret of at least thirty-two bytes ");
}

#[test]
fn a_value_and_its_file_at_once_are_refused() {
    let sources = Sources::of([("JWT_SECRET", "hunter2"), ("JWT_SECRET_FILE", "/dev/null")]);
    let violations = Config::load(&sources).unwrap_err();
    assert_eq!(names(&violations), ["JWT_SECRET"]);
    assert!(!violations.0[0].to_string().contains("hunter2"));
}

#[test]
fn a_mounted_file_that_is_gone_is_told() {
    let violations = Config::load(&Sources::of([("PORT_FILE", "/no/such/file")])).unwrap_err();
    assert_eq!(names(&violations), ["PORT_FILE"]);
}

#[test]
fn production_makes_up_no_secret_and_takes_no_weak_one() {
    let production =
        |secret| Config::load(&Sources::of([("APP_ENV", "production"), ("JWT_SECRET", secret)]));
    for weak in ["", "thirty-one bytes are not enough"] {
        assert_eq!(names(&production(weak).unwrap_err()), ["JWT_SECRET"]);
    }
    let config = production("thirty-two bytes are just enough").unwrap();
    assert_eq!(config.logs.format, LogFormat::Json);
}

#[test]
fn the_first_administrator_needs_a_password_that_the_policy_takes() {
    let admin = |password| {
        Config::load(&Sources::of([
            ("ADMIN_EMAIL", "root@example.org"),
            ("ADMIN_PASSWORD", password),
            ("PASSWORD_REJECT_COMMON", "true"),
        ]))
    };
    for refused in ["short", "password123"] {
        let violations = admin(refused).unwrap_err();
        assert_eq!(names(&violations), ["ADMIN_PASSWORD"]);
        assert!(!violations.0[0].to_string().contains(refused));
    }
    assert!(admin("a long and rare one").unwrap().first_admin.is_some());
}

#[test]
fn zero_turns_the_cache_and_old_lists_off_and_off_a_limit() {
    let sources = Sources::of([
        ("CACHE_TTL_SECONDS", "0"),
        ("CACHE_STALE_SECONDS", "0"),
        ("RATE_LIMIT_DEFAULT", "off"),
    ]);
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.cache.ttl, None);
    assert!(config.cache.stale_for.is_zero());
    assert_eq!(config.limits.default, None);
}

#[test]
fn a_file_that_is_no_toml_is_told_without_its_text() {
    let sources =
        Sources { file: Some(file("PORT = 1\nJWT_SECRET = hunter2\n")), ..Sources::default() };
    let violations = Config::load(&sources).unwrap_err();
    let told = violations.0[0].to_string();
    assert!(told.contains("line 2") && !told.contains("hunter2"), "{told}");
}

#[test]
fn what_is_in_force_is_shown_with_its_source_and_without_secrets() {
    let sources = Sources {
        dotenv: Some("PORT=2".to_owned()),
        ..Sources::of([("JWT_SECRET", "hunter2"), ("ADMIN_PASSWORD", "hunter2")])
    };
    let shown = in_force(&sources);
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("JWT_SECRET\t(hidden)\tenvironment\n"), "{shown}");
    assert!(shown.contains("PORT\t2\t.env\n"), "{shown}");
    assert!(shown.contains("HOST\t127.0.0.1\tdefault\n"), "{shown}");
}

#[test]
fn neither_the_configuration_nor_its_debug_form_shows_a_secret() {
    let sources = Sources::of([
        ("JWT_SECRET", "hunter2"),
        ("JWT_PREVIOUS_SECRETS", "hunter2,hunter2"),
        ("ADMIN_EMAIL", "root@example.org"),
        ("ADMIN_PASSWORD", "hunter2hunter2"),
    ]);
    let shown = format!("{:?}", Config::load(&sources).unwrap());
    assert!(!shown.contains("hunter2"), "{shown}");
}
