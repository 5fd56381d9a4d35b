//! `basalt health`, for a container's health check.

use std::time::Duration;

use url::Url;

use super::Failure;
use crate::config::{Config, Management, Server};

/// A server answers from what it knows.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks the server that `url` or the configuration names: where it was told to serve operators,
/// which no load delays, else where everybody is. The default address for operators may be taken by
/// another server, whose health is another matter.
pub(super) fn ask(url: Option<&str>, config: &Config) -> Result<(), Failure> {
    let (base, advice) = match (url, &config.management) {
        (Some(url), _) => (named(url)?, "is the server running there?"),
        (None, Some(management)) if management.chosen => {
            (for_operators(management)?, "is the server running, with the same MANAGEMENT_ADDR?")
        }
        (None, _) => {
            (for_everybody(&config.server)?, "is the server running, with the same HOST and PORT?")
        }
    };
    let ready = format!("{base}/health/ready");
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        // A proxy has no business between a process and its own port.
        .proxy(None)
        .build()
        .into();
    let mut answer = agent
        .get(&ready)
        .call()
        .map_err(|error| Failure::because(format!("{ready} does not answer; {advice}"), error))?;
    let status = answer.status();
    if !status.is_success() {
        let body = answer.body_mut().read_to_string().unwrap_or_default();
        return Err(Failure::told(format!(
            "{ready} says {status}: the server runs and is not ready{}; its log says why",
            parts(&body)
        )));
    }
    Ok(())
}

/// What the server says that it lacks.
fn parts(body: &str) -> String {
    let body = serde_json::from_str::<serde_json::Value>(body).unwrap_or_default();
    let parts = body["parts"].as_array().into_iter().flatten();
    let parts: Vec<_> = parts.filter_map(|part| part.as_str()).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

/// A plain address: TLS ends before the server.
fn named(url: &str) -> Result<String, Failure> {
    let parsed = Url::parse(url).ok();
    let parsed = parsed.filter(|url| url.scheme() == "http" && url.has_host());
    parsed
        .map(|_| url.trim_end_matches('/').to_owned())
        .ok_or_else(|| Failure::told("--url must be an address like http://127.0.0.1:3000"))
}

fn for_operators(management: &Management) -> Result<String, Failure> {
    let address = management.address;
    at(&address.ip().to_string(), address.port(), "MANAGEMENT_ADDR")
}

fn for_everybody(server: &Server) -> Result<String, Failure> {
    at(&server.host, server.port, "PORT")
}

fn at(host: &str, port: u16, variable: &str) -> Result<String, Failure> {
    if port == 0 {
        return Err(Failure::told(format!(
            "port 0 in {variable} takes any free port; name the address that the start printed \
             with --url"
        )));
    }
    let host = match host {
        "0.0.0.0" => "127.0.0.1",
        "::" => "::1",
        host => host,
    };
    let bracketed = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    Ok(format!("http://{bracketed}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};

    #[test]
    fn a_server_on_all_addresses_is_asked_on_loopback() {
        let asked = |host: &str| {
            let config = Config::load(&Sources::of([("HOST", host), ("PORT", "8080")])).unwrap();
            for_everybody(&config.server).unwrap()
        };
        assert_eq!(asked("0.0.0.0"), "http://127.0.0.1:8080");
        assert_eq!(asked("::"), "http://[::1]:8080");
        assert_eq!(asked("10.1.2.3"), "http://10.1.2.3:8080");
    }

    #[test]
    fn operators_on_all_addresses_are_asked_on_loopback() {
        for (address, asked) in [
            ("0.0.0.0:9464", "http://127.0.0.1:9464"),
            ("[::]:9464", "http://[::1]:9464"),
            ("10.1.2.3:9465", "http://10.1.2.3:9465"),
        ] {
            let config = Config::load(&Sources::of([("MANAGEMENT_ADDR", address)])).unwrap();
            assert_eq!(for_operators(&config.management.unwrap()).unwrap(), asked);
        }
    }

    #[test]
    fn a_port_that_only_the_server_knows_has_to_be_named() {
        let config = Config::load(&Sources::of([("PORT", "0")])).unwrap();
        assert!(for_everybody(&config.server).is_err());
        let config = Config::load(&Sources::of([("MANAGEMENT_ADDR", "127.0.0.1:0")])).unwrap();
        assert!(for_operators(&config.management.unwrap()).is_err());
        assert_eq!(named("http://[::1]:80/").unwrap(), "http://[::1]:80");
        for refused in ["127.0.0.1:3000", "https://127.0.0.1:3000", "nonsense"] {
            assert!(named(refused).is_err(), "{refused}");
        }
    }
}
