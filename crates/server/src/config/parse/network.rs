//! Addresses, here and elsewhere.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use ipnet::IpNet;
use url::Url;

use super::{Parsed, list};
use crate::config::types::ForwardedHeader;

pub(in crate::config) fn host(raw: &str) -> Parsed<String> {
    let bare = raw.trim_start_matches('[').trim_end_matches(']');
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if bare.parse::<IpAddr>().is_ok() || raw.chars().all(is_name) {
        Ok(bare.to_owned())
    } else {
        Err("must be an IP address or a host name, without a port".to_owned())
    }
}

pub(in crate::config) fn management(raw: &str) -> Parsed<Option<SocketAddr>> {
    if raw.is_empty() {
        return Ok(None);
    }
    let address = raw.parse();
    address
        .map(Some)
        .map_err(|_| "must be an IP address and a port like 127.0.0.1:9464, or empty".to_owned())
}

pub(in crate::config) fn networks(raw: &str) -> Parsed<Vec<IpNet>> {
    list(raw, |item| {
        let whole = IpNet::from_str(item);
        let network = whole.or_else(|_| item.parse::<IpAddr>().map(IpNet::from));
        network.map_err(|_| "must be networks like 10.0.0.0/8, comma-separated".to_owned())
    })
}

pub(in crate::config) fn forwarded_header(raw: &str) -> Parsed<ForwardedHeader> {
    if raw.eq_ignore_ascii_case("X-Forwarded-For") {
        Ok(ForwardedHeader::XForwardedFor)
    } else if raw.eq_ignore_ascii_case("Forwarded") {
        Ok(ForwardedHeader::Forwarded)
    } else {
        Err("must be X-Forwarded-For or Forwarded".to_owned())
    }
}

pub(in crate::config) fn origins(raw: &str) -> Parsed<Vec<String>> {
    list(raw, origin)
}

/// An origin as browsers send it (RFC 6454, 6.2): they compare it letter by letter. Shells of apps
/// have schemes of their own.
fn origin(raw: &str) -> Parsed<String> {
    const LIKE: &str = "must be origins like https://app.example.org or capacitor://localhost, \
                        comma-separated";
    if raw.contains('*') {
        return Err("takes no wildcards; name each origin, comma-separated".to_owned());
    }
    if raw == "null" || raw.starts_with("file:") {
        return Err(
            "can't allow null, which every page may send that has no origin of its own".to_owned()
        );
    }
    let url = Url::parse(raw).ok().filter(|_| raw.contains("://"));
    let host = url.as_ref().and_then(Url::host_str);
    let (Some(url), Some(host)) = (&url, host.filter(|host| !host.is_empty())) else {
        return Err(LIKE.to_owned());
    };
    let port = url.port().map(|port| format!(":{port}"));
    let origin = format!("{}://{host}{}", url.scheme(), port.unwrap_or_default());
    if origin == raw {
        return Ok(origin);
    }
    // Nothing of what may be a password is in it.
    Err(format!(
        "has an origin that no browser sends: write {origin}, in small letters, without user, \
         path, slash at the end or a port that is the scheme's own"
    ))
}

pub(in crate::config) fn api_url(raw: &str) -> Parsed<String> {
    let url = Url::parse(raw).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let url = url.filter(|url| url.query().is_none() && url.fragment().is_none());
    let trimmed = raw.trim_end_matches('/').to_owned();
    url.map(|_| trimmed).ok_or_else(|| "must be an address like https://api.example.org".to_owned())
}

pub(in crate::config) fn otlp(raw: &str) -> Parsed<String> {
    let url = Url::parse(raw).ok();
    let url = url.filter(|url| url.scheme() == "http" && url.has_host());
    let url = url.filter(|url| url.query().is_none() && url.fragment().is_none());
    // Credentials have a variable of their own, which is no part of an address.
    let url = url.filter(|url| url.username().is_empty() && url.password().is_none());
    let trimmed = raw.trim_end_matches('/').to_owned();
    url.map(|_| trimmed).ok_or_else(|| {
        "must be an address like http://127.0.0.1:4318, without user and password; \
         a collector behind TLS is reached through one nearby"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_perhaps_a_port() {
        for good in [
            "https://app.example.org, http://localhost:5173",
            "capacitor://localhost,tauri://localhost",
            "ionic://localhost:8080",
            "chrome-extension://abcdefghijklmnop",
            "http://[::1]:8080",
            "https://xn--bcher-kva.example",
        ] {
            let origins = origins(good).unwrap();
            let written: Vec<_> = good.split(',').map(str::trim).collect();
            assert_eq!(origins, written);
        }
        for (refused, told) in [
            ("*", "no wildcards"),
            ("https://*.example.org", "no wildcards"),
            ("https://a.example.org,https://*", "no wildcards"),
            ("null", "null"),
            ("file:///index.html", "null"),
            ("app.example.org", "must be origins"),
            ("localhost:5173", "must be origins"),
            ("https://", "must be origins"),
            ("capacitor:///x", "must be origins"),
            ("https://app.example.org/", "write https://app.example.org,"),
            ("https://app.example.org/path?x#y", "write https://app.example.org,"),
            ("capacitor://localhost/", "write capacitor://localhost,"),
            ("https://A.example.org", "write https://a.example.org,"),
            ("https://app.example.org:443", "write https://app.example.org,"),
            ("https://bücher.example", "write https://xn--bcher-kva.example,"),
            ("https://ann:hunter2@app.example.org", "write https://app.example.org,"),
            ("tauri://ann@localhost", "write tauri://localhost,"),
        ] {
            let problem = origins(refused).unwrap_err();
            assert!(problem.contains(told), "{refused}: {problem}");
            assert!(!problem.contains("hunter2") && !problem.contains("ann@"), "{problem}");
        }
    }

    #[test]
    fn networks_are_cidrs_or_single_addresses() {
        assert_eq!(networks("10.0.0.0/8,::1").unwrap().len(), 2);
        assert!(networks("10.0.0.0/33").is_err());
        assert!(networks("proxy").is_err());
    }

    #[test]
    fn a_collector_has_an_address_without_credentials() {
        assert_eq!(otlp("http://c:4318/").as_deref(), Ok("http://c:4318"));
        for refused in
            ["c:4318", "https://c:4318", "http://", "http://user:pass@c:4318", "http://c:4318?x=1"]
        {
            assert!(otlp(refused).is_err(), "{refused:?}");
        }
    }
}
