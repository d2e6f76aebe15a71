//! The names by which this server may be called.
//!
//! A page of another site can point a name of its own at the loopback address and then talk to whatever listens there; its requests
//! name that site in `Host`. So a request for a name that is not ours is refused before anything else is looked at.

use std::net::IpAddr;

use axum::http::header::HOST;
use axum::http::{HeaderMap, Uri};

/// The names of this machine to itself.
const LOOPBACK: &[&str] = &["localhost", "127.0.0.1", "[::1]"];

/// The names by which requests may call the server, without ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts {
    names: Vec<String>,
}

impl Hosts {
    /// Lists the names of loopback, the address that is listened on, and further ones of the owner's.
    pub fn of(bound: IpAddr, further: &str) -> Self {
        let own = match bound {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        let further = further.split_whitespace().map(str::to_lowercase);
        let names = LOOPBACK.iter().map(|name| (*name).to_owned());
        Self { names: names.chain([own]).chain(further).collect() }
    }

    /// Tells whether a request calls the server by exactly one of its names.
    pub fn are_called(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut named = headers.get_all(HOST).iter();
        let (Some(host), None) = (named.next(), named.next()) else { return false };
        let is_ours = host.to_str().is_ok_and(|host| self.have(host));
        is_ours && uri.authority().is_none_or(|authority| self.have(authority.as_str()))
    }

    fn have(&self, host: &str) -> bool {
        let name = without_port(host).to_lowercase();
        self.names.contains(&name)
    }
}

/// Cuts the port off a host; what is no port stays and makes the name unknown.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            name
        }
        Some(_) | None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_called(uri: &str, hosts: &[&'static str]) -> bool {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, host.parse().unwrap());
        }
        let names = Hosts::of(IpAddr::from([192, 0, 2, 7]), "Forge.example");
        names.are_called(&uri.parse().unwrap(), &headers)
    }

    #[test]
    fn its_own_names_are_taken_with_any_port() {
        for host in ["localhost", "LOCALHOST:80", "127.0.0.1:7272", "[::1]:7272", "192.0.2.7:1"] {
            assert!(is_called("/", &[host]), "{host}");
        }
        assert!(is_called("http://localhost:1/", &["forge.example:443"]));
    }

    #[test]
    fn every_other_name_is_refused() {
        let others = ["", "evil.example", "localhost.evil.example", "localhost:", "localhost:x"];
        for host in others.into_iter().chain(["127.0.0.1.evil.example:7272", "localhost.", "::1"]) {
            assert!(!is_called("/", &[host]), "{host}");
        }
        assert!(!is_called("/", &[]));
        assert!(!is_called("/", &["localhost", "evil.example"]));
        assert!(!is_called("http://evil.example/", &["localhost"]));
    }
}
