//! Who the client is, as far as it can be believed.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{HeaderMap, HeaderName};
use ipnet::IpNet;

use crate::{ForwardedHeader, Settings};

static FORWARDED: HeaderName = HeaderName::from_static("forwarded");
static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
static X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// The address of the client, or of the last hop that can be believed.
    pub address: IpAddr,
    /// A trusted proxy says that the client spoke TLS to it.
    pub is_https: bool,
}

impl Client {
    /// Reads the forwarding header from the right, as far as each hop is a trusted proxy. An entry
    /// that is no address ends the walk, and the last good hop counts.
    pub fn of(peer: SocketAddr, headers: &HeaderMap, settings: &Settings) -> Self {
        let mut client = Self { address: peer.ip().to_canonical(), is_https: false };
        let trusted = &settings.trusted_proxies;
        if !is_trusted(client.address, trusted) {
            return client;
        }
        client.is_https = says_https(headers, settings.forwarded_header);
        let hops = match settings.forwarded_header {
            ForwardedHeader::XForwardedFor => entries(headers, &X_FORWARDED_FOR),
            ForwardedHeader::Forwarded => entries(headers, &FORWARDED),
        };
        for hop in hops.iter().rev() {
            let hop = match settings.forwarded_header {
                ForwardedHeader::XForwardedFor => Some(*hop),
                ForwardedHeader::Forwarded => parameter(hop, "for"),
            };
            let Some(address) = hop.and_then(parse_address) else {
                break;
            };
            client.address = address;
            if !is_trusted(address, trusted) {
                break;
            }
        }
        client
    }
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|net| net.contains(&address))
}

fn says_https(headers: &HeaderMap, header: ForwardedHeader) -> bool {
    let last = |name| entries(headers, name).last().copied();
    let scheme = match header {
        ForwardedHeader::XForwardedFor => last(&X_FORWARDED_PROTO),
        ForwardedHeader::Forwarded => last(&FORWARDED).and_then(|hop| parameter(hop, "proto")),
    };
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
}

/// The members of a list header: several lines are one list.
fn entries<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<&'a str> {
    headers
        .get_all(name)
        .flat_map(|line| line.to_str().unwrap_or("?").split(','))
        .map(str::trim)
        .collect()
}

/// The value of a parameter of one `Forwarded` element, without quotes.
fn parameter<'a>(element: &'a str, wanted: &str) -> Option<&'a str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let is_wanted = name.trim().eq_ignore_ascii_case(wanted);
        is_wanted.then(|| value.trim().trim_matches('"'))
    })
}

/// An address, alone or with a port; IPv6 with a port in brackets.
fn parse_address(raw: &str) -> Option<IpAddr> {
    let bare = raw.strip_prefix('[').and_then(|raw| raw.strip_suffix(']'));
    raw.parse::<IpAddr>()
        .ok()
        .or_else(|| raw.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .or_else(|| bare?.parse().ok())
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn client(peer: &str, header: ForwardedHeader, lines: &[(&HeaderName, &str)]) -> Client {
        let settings = Settings {
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
            forwarded_header: header,
            ..Settings::default()
        };
        let mut headers = HeaderMap::new();
        for (name, line) in lines {
            headers.append((*name).clone(), HeaderValue::from_str(line).unwrap());
        }
        Client::of(peer.parse().unwrap(), &headers, &settings)
    }

    fn address(peer: &str, lines: &[&str]) -> String {
        let lines: Vec<_> = lines.iter().map(|line| (&X_FORWARDED_FOR, *line)).collect();
        client(peer, ForwardedHeader::XForwardedFor, &lines).address.to_string()
    }

    #[test]
    fn a_stranger_can_not_choose_their_address() {
        assert_eq!(address("192.0.2.9:1", &["203.0.113.5"]), "192.0.2.9");
        assert_eq!(address("10.0.0.1:1", &["203.0.113.5, 192.0.2.9"]), "192.0.2.9");
    }

    #[test]
    fn trusted_hops_are_walked_from_the_right_over_all_lines() {
        assert_eq!(address("10.0.0.1:1", &["203.0.113.5, 10.0.0.3", "10.0.0.2"]), "203.0.113.5");
        assert_eq!(address("10.0.0.1:1", &["10.0.0.3"]), "10.0.0.3");
        assert_eq!(address("[::1]:1", &["[2001:db8::1]:443"]), "2001:db8::1");
        assert_eq!(address("10.0.0.1:1", &["203.0.113.5:8080"]), "203.0.113.5");
        assert_eq!(address("[::ffff:10.0.0.1]:1", &["::ffff:203.0.113.5"]), "203.0.113.5");
    }

    #[test]
    fn an_entry_that_is_no_address_ends_the_walk() {
        assert_eq!(address("10.0.0.1:1", &["203.0.113.5, unknown, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(address("10.0.0.1:1", &["", ""]), "10.0.0.1");
    }

    #[test]
    fn only_the_named_header_counts() {
        let lines =
            [(&FORWARDED, "for=203.0.113.5;proto=https"), (&X_FORWARDED_FOR, "203.0.113.6")];
        let standard = client("10.0.0.1:1", ForwardedHeader::Forwarded, &lines);
        assert_eq!(
            (standard.address.to_string().as_str(), standard.is_https),
            ("203.0.113.5", true)
        );
        let common = client("10.0.0.1:1", ForwardedHeader::XForwardedFor, &lines);
        assert_eq!((common.address.to_string().as_str(), common.is_https), ("203.0.113.6", false));
        let quoted = [(&FORWARDED, "For=\"[2001:db8::1]:99\"")];
        let quoted = client("10.0.0.1:1", ForwardedHeader::Forwarded, &quoted);
        assert_eq!(quoted.address.to_string(), "2001:db8::1");
    }

    #[test]
    fn https_is_believed_of_a_trusted_proxy_only() {
        let lines = [(&X_FORWARDED_PROTO, "https")];
        assert!(client("10.0.0.1:1", ForwardedHeader::XForwardedFor, &lines).is_https);
        assert!(!client("192.0.2.1:1", ForwardedHeader::XForwardedFor, &lines).is_https);
    }
}
