use super::*;

fn read(raw: &str) -> PostgresAddress {
    raw.parse().unwrap_or_else(|error| panic!("{raw}: {error}"))
}

#[test]
fn a_place_is_told_without_user_and_password() {
    for (raw, place) in [
        ("postgres://u:p@db:5433/x", "db:5433/x"),
        ("postgresql://db/x?sslmode=require", "db/x"),
        ("postgres://db", "db"),
        ("postgres://u:p@db/x?schema=shop", "db/x (schema shop)"),
        ("postgres:///x?host=/run/postgresql", "/run/postgresql/x"),
        ("postgres://u@%2Frun%2Fpostgresql/x", "/run/postgresql/x"),
        ("postgres:///?host=db&port=5433&dbname=x&user=u&password=p", "db:5433/x"),
    ] {
        assert_eq!(read(raw).place(), place, "{raw}");
        assert_eq!(read(raw).remarks, [""; 0], "{raw}");
    }
}

#[test]
fn every_parameter_is_honoured_or_named() {
    for (parameter, said) in [
        ("connection_limit=1", "DATABASE_MAX_CONNECTIONS"),
        ("pool_timeout=2", "DATABASE_ACQUIRE_TIMEOUT_MS"),
        ("connect_timeout=2", "DATABASE_ACQUIRE_TIMEOUT_MS"),
        ("pgbouncer=true", "pool_mode = session"),
        ("channel_binding=require", "verify-full"),
        ("target_session_attrs=read-write", "target_session_attrs"),
        ("options=-c%20statement_timeout%3D5", "sets statement_timeout"),
        ("options[lock_timeout]=5", "sets lock_timeout"),
    ] {
        let remarks = read(&format!("postgres://db/x?{parameter}")).remarks;
        assert_eq!(remarks.len(), 1, "{parameter}: {remarks:?}");
        assert!(remarks[0].contains(said), "{parameter}: {remarks:?}");
    }
    for silent in [
        "schema=shop",
        "sslmode=disable",
        "application_name=shop",
        "options=-csearch_path%3Dapp",
        "statement-cache-capacity=10",
        "pgbouncer=false",
        "channel_binding=prefer",
        "target_session_attrs=any",
    ] {
        let remarks = read(&format!("postgres://db/x?{silent}")).remarks;
        assert_eq!(remarks, [""; 0], "{silent}");
    }
}

#[test]
fn what_is_not_known_or_not_understood_is_named_without_its_value() {
    for (raw, named) in [
        ("postgres://db/x?sslMode=require", "sslMode"),
        ("postgres://db/x?socket_timeout=hunter2", "socket_timeout"),
        ("postgres://db/x?sslmode=hunter2", "verify-full"),
        ("postgres://db/x?port=hunter2", "port"),
        ("postgres://db/x?hostaddr=hunter2", "hostaddr"),
        ("postgres://db/x?statement-cache-capacity=hunter2", "capacity"),
        ("postgres://db/x?pgbouncer=hunter2", "pgbouncer"),
        ("postgres://db/x?channel_binding=hunter2", "channel_binding"),
        ("postgres://db/x?hunter2@db=", "%3F"),
        ("postgres://db/x?schema=", "schema"),
        ("postgres://db/x?host=a,hunter2", "several hosts"),
        ("postgres://db/x?port=1,2", "several hosts"),
        ("postgres:///x", "no host"),
        ("postgres:///x?schema=hunter2", "no host"),
        ("postgres://u:%ff@db/x", "UTF-8"),
        ("mysql://u:hunter2@db/x", "postgres://"),
    ] {
        let problem = raw.parse::<PostgresAddress>().unwrap_err().to_string();
        assert!(problem.contains(named), "{raw}: {problem}");
        assert!(!problem.contains("hunter2"), "{raw}: {problem}");
    }
}

#[test]
fn an_application_may_have_another_name() {
    let named = read("postgres://db/x?application_name=shop");
    assert_eq!(named.connect.get_application_name(), Some("shop"));
}
