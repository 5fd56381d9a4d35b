//! `basalt health`, for a container's health check.

use std::time::Duration;

use super::Failure;
use crate::config::Server;

/// Longer than a server needs to find out that it is not ready.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks the server that `url` or the configuration names.
pub(super) fn ask(url: Option<&str>, server: &Server) -> Result<(), Failure> {
    let base = url.map_or_else(
        || configured(server),
        |url| url.trim_end_matches('/').into(),
    );
    let ready = format!("{base}/health/ready");
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        // A proxy has no business between a process and its own port.
        .proxy(None)
        .build()
        .into();
    let answer = agent.get(&ready).call().map_err(|error| {
        let advice = "is the server running, with the same HOST and PORT?";
        Failure::because(format!("{ready} does not answer; {advice}"), error)
    })?;
    let status = answer.status();
    if !status.is_success() {
        return Err(Failure::told(format!(
            "{ready} says {status}: the server runs and is not ready; its log says why"
        )));
    }
    Ok(())
}

fn configured(server: &Server) -> String {
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
    format!("http://{bracketed}:{}", server.port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};

    #[test]
    fn a_server_on_all_addresses_is_asked_on_loopback() {
        let asked = |host: &str| {
            let config = Config::load(&Sources::of([("HOST", host), ("PORT", "8080")])).unwrap();
            configured(&config.server)
        };
        assert_eq!(asked("0.0.0.0"), "http://127.0.0.1:8080");
        assert_eq!(asked("::"), "http://[::1]:8080");
        assert_eq!(asked("10.1.2.3"), "http://10.1.2.3:8080");
    }
}
