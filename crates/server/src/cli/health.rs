//! `basalt health`, for a container's health check.

use std::time::Duration;

use url::Url;

use super::Failure;
use crate::config::Server;

/// Longer than a server needs to find out that it is not ready.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks the server that `url` or the configuration names.
pub(super) fn ask(url: Option<&str>, server: &Server) -> Result<(), Failure> {
    let (base, advice) = match url {
        Some(url) => (named(url)?, "is the server running there?"),
        None => (
            configured(server)?,
            "is the server running, with the same HOST and PORT?",
        ),
    };
    let ready = format!("{base}/health/ready");
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        // A proxy has no business between a process and its own port.
        .proxy(None)
        .build()
        .into();
    let answer = agent
        .get(&ready)
        .call()
        .map_err(|error| Failure::because(format!("{ready} does not answer; {advice}"), error))?;
    let status = answer.status();
    if !status.is_success() {
        return Err(Failure::told(format!(
            "{ready} says {status}: the server runs and is not ready; its log says why"
        )));
    }
    Ok(())
}

/// A plain address: TLS ends before the server.
fn named(url: &str) -> Result<String, Failure> {
    let parsed = Url::parse(url).ok();
    let parsed = parsed.filter(|url| url.scheme() == "http" && url.has_host());
    parsed
        .map(|_| url.trim_end_matches('/').to_owned())
        .ok_or_else(|| Failure::told("--url must be an address like http://127.0.0.1:3000"))
}

fn configured(server: &Server) -> Result<String, Failure> {
    if server.port == 0 {
        let problem = "PORT=0 takes any free port; name the one that the start printed with --url";
        return Err(Failure::told(problem));
    }

    let host = match server.host.as_str() {
        "0.0.0.0" => "127.0.0.1",
        "::" => "::1",
        host => host,
    };
    let bracketed = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    Ok(format!("http://{bracketed}:{}", server.port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};

    #[test]
    fn a_server_on_all_addresses_is_asked_on_loopback() {
        let asked = |host: &str| {
            let config = Config::load(&Sources::of([("HOST", host), ("PORT", "8080")])).unwrap();
            configured(&config.server).unwrap()
        };
        assert_eq!(asked("0.0.0.0"), "http://127.0.0.1:8080");
        assert_eq!(asked("::"), "http://[::1]:8080");
        assert_eq!(asked("10.1.2.3"), "http://10.1.2.3:8080");
    }

    #[test]
    fn a_port_that_only_the_server_knows_has_to_be_named() {
        let config = Config::load(&Sources::of([("PORT", "0")])).unwrap();
        assert!(configured(&config.server).is_err());
        assert_eq!(named("http://[::1]:80/").unwrap(), "http://[::1]:80");
        for refused in ["127.0.0.1:3000", "https://127.0.0.1:3000", "nonsense"] {
            assert!(named(refused).is_err(), "{refused}");
        }
    }
}
