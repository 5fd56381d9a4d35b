//! What is taken and probably not meant, and what can only be a mistake.

use basalt_server::config::{Config, Sources, Violation, in_force, variables::ALL};

use super::names;

const SECRET: (&str, &str) = ("JWT_SECRET", "thirty-two bytes are just enough");

fn with_dotenv(environment: &str, text: &str) -> Sources {
    Sources { dotenv: Some(text.to_owned()), ..Sources::of([("APP_ENV", environment), SECRET]) }
}

fn warned(sources: &Sources) -> Vec<(String, String)> {
    let warnings = Config::load(sources).unwrap().warnings;
    let both = |Violation { name, problem }| (name, problem);
    warnings.into_iter().map(both).collect()
}

#[test]
fn a_name_that_is_almost_one_of_ours_is_refused_in_production_and_else_a_warning() {
    let production = with_dotenv("production", "REDIS_ULR=redis://cache\n");
    let mut sources = production.clone();
    let wrong = ("DATBASE_URL".to_owned(), "postgres://db/x".to_owned());
    sources.env.extend([wrong.clone()]);
    let violations = Config::load(&sources).unwrap_err();
    assert_eq!(names(&violations), ["DATBASE_URL", "REDIS_ULR"]);
    let told = violations.0[0].to_string();
    assert!(told.contains("do you mean DATABASE_URL?"), "{told}");
    assert!(told.contains("environment"), "{told}");

    let mut sources = with_dotenv("development", "");
    sources.env.extend([wrong]);
    let warnings = warned(&sources);
    assert_eq!(warnings[0].0, "DATBASE_URL");
    assert!(warnings[0].1.contains("DATABASE_URL"));
}

#[test]
fn a_near_miss_of_a_variable_that_is_set_is_somebody_elses() {
    for set in ["DATABASE_URL", "DATABASE_URL_FILE"] {
        let mut sources = with_dotenv("production", "DATABASE_URI=x\nLOG_LEVELS=\n");
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "sqlite://x.db").unwrap();
        let value = match set {
            "DATABASE_URL" => "sqlite://x.db".to_owned(),
            _ => file.path().display().to_string(),
        };
        sources.env.insert(set.to_owned(), value);
        assert_eq!(warned(&sources), [], "{set}");
    }
}

#[test]
fn the_variable_of_node_is_named_where_ours_is_not_set() {
    let warnings = warned(&Sources::of([("NODE_ENV", "production")]));
    assert_eq!(warnings[0].0, "NODE_ENV");
    assert!(warnings[0].1.contains("APP_ENV"), "{warnings:?}");
    let both = Sources::of([("NODE_ENV", "production"), ("APP_ENV", "test")]);
    assert_eq!(warned(&both), []);
}

#[test]
fn no_value_of_dotenv_is_changed_on_its_way() {
    let secret = "abc$def${ghi}$(jkl)\\m and 32 bytes";
    let sources = Sources {
        dotenv: Some(format!("\u{feff}JWT_SECRET={secret}\r\nexport PORT='4000' # c\r\n")),
        ..Sources::of([("APP_ENV", "production")])
    };
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.tokens.secret.unwrap().expose(), secret);
    assert_eq!(config.server.port, 4000);
}

#[test]
fn lines_of_dotenv_that_are_none_are_refused_by_number_and_without_their_text() {
    let sources = with_dotenv("test", "PORT=1\nhunter2\nHOST=::1\nJWT_SECRET='hunter2\nPORT=x");
    let violations = Config::load(&sources).unwrap_err();
    let told: Vec<_> = violations.0.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].starts_with(".env line 2 "), "{told:?}");
    assert!(told[1].starts_with(".env line 4 "), "{told:?}");
    assert!(told[2].starts_with("PORT "), "{told:?}");
    assert!(!told.concat().contains("hunter2"), "{told:?}");
}

#[test]
fn a_value_that_is_cut_at_a_hash_is_a_warning() {
    let warnings = warned(&with_dotenv("test", "API_URL=https://api.example.org#here"));
    assert_eq!(warnings[0].0, ".env");
    assert!(warnings[0].1.contains("line 1"), "{warnings:?}");
}

#[test]
fn a_variable_is_shown_on_one_line_whatever_it_holds() {
    let sources = with_dotenv("test", "HOST=\"a\\nJWT_TTL_SECONDS\t1\"");
    let shown = in_force(&sources);
    assert!(shown.contains("HOST\ta\\nJWT_TTL_SECONDS\\t1\t.env\n"), "{shown}");
    assert_eq!(shown.lines().count(), ALL.len());
}

#[test]
fn parameters_of_a_database_that_are_not_used_are_warnings() {
    let sources = Sources::of([
        ("DATABASE_URL", "postgres://db/x?pgbouncer=true&connection_limit=1"),
        ("DATABASE_READ_URL", "postgres://copy/x?channel_binding=require"),
    ]);
    let named: Vec<_> = warned(&sources).into_iter().map(|it| it.0).collect();
    assert_eq!(named, ["DATABASE_URL", "DATABASE_URL", "DATABASE_READ_URL"]);
    let sources = Sources::of([("DATABASE_URL", "file:./dev.db?connection_limit=1")]);
    assert!(warned(&sources)[0].1.contains("connection_limit"));
}

#[test]
fn a_command_that_signs_nothing_needs_no_secret_and_takes_no_weak_one() {
    let production = Sources::of([("APP_ENV", "production")]);
    assert_eq!(names(&Config::load(&production).unwrap_err()), ["JWT_SECRET"]);
    assert!(Config::load_for_a_command(&production).is_ok());
    let weak = Sources::of([("APP_ENV", "production"), ("JWT_SECRET", "weak")]);
    let violations = Config::load_for_a_command(&weak).unwrap_err();
    assert_eq!(names(&violations), ["JWT_SECRET"]);
}

#[test]
fn in_development_the_default_limit_is_no_hindrance() {
    for (environment, units) in [("development", 10_000), ("test", 100), ("production", 100)] {
        let config = Config::load(&Sources::of([("APP_ENV", environment), SECRET])).unwrap();
        let quota = config.limits.default.unwrap();
        assert_eq!((quota.units, quota.window.as_secs()), (units, 900));
    }
}
