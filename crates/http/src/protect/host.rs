//! For which host a request is. A web page can point a name of its own at this machine (DNS rebinding)
//! and is then of the same origin as what it asks; the name in the request gives it away.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::response::{IntoResponse as _, Response};

use crate::problem::{Kind, Problem};

/// The names under which the daemon is asked.
#[derive(Clone, Debug)]
pub(crate) struct Hosts(Arc<BTreeSet<String>>);

impl Hosts {
    /// Those of this machine, the address `at` which it listens, and `allowed`.
    pub(crate) fn new(at: SocketAddr, allowed: &[String]) -> Self {
        let mut hosts: BTreeSet<String> = allowed
            .iter()
            .map(|host| host.to_ascii_lowercase())
            .collect();
        hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
        if !at.ip().is_unspecified() {
            let host = match at {
                SocketAddr::V4(at) => at.ip().to_string(),
                SocketAddr::V6(at) => format!("[{}]", at.ip()),
            };
            hosts.insert(host);
        }
        Self(Arc::new(hosts))
    }

    /// Lets requests for our hosts through.
    pub(crate) async fn check(
        &self,
        request: Request,
        next: impl AsyncFnOnce(Request) -> Response,
    ) -> Response {
        if self.allow(&request) {
            return next(request).await;
        }
        let detail =
            "ask under localhost, the address it listens at, or a name in serve.allowed_hosts";
        Problem::new(Kind::MisdirectedRequest, detail).into_response()
    }

    fn allow(&self, request: &Request) -> bool {
        let mut said = request.headers().get_all(HOST).iter();
        let (Some(header), None) = (said.next(), said.next()) else {
            // None, or several of which each may be believed by somebody else.
            return false;
        };
        let Some(authority) = header.to_str().ok().and_then(|host| host.parse().ok()) else {
            return false;
        };
        self.knows(&authority)
            && request
                .uri()
                .authority()
                .is_none_or(|said| self.knows(said))
    }

    fn knows(&self, authority: &Authority) -> bool {
        // `user@host` is no host.
        let bare = !authority.as_str().contains('@');
        bare && self.0.contains(&authority.host().to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn allows(uri: &str, hosts: &[&str]) -> bool {
        let at: SocketAddr = ([10, 0, 0, 7], 80).into();
        let known = Hosts::new(at, &["assist.example.com".to_owned()]);
        let mut request = Request::builder().uri(uri);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        known.allow(&request.body(Body::empty()).expect("a request"))
    }

    #[test]
    fn our_names_are_known_with_and_without_a_port_in_any_case() {
        for host in [
            "localhost",
            "localhost:1",
            "LOCALHOST:8470",
            "127.0.0.1",
            "[::1]:8470",
            "10.0.0.7",
            "Assist.Example.com:443",
        ] {
            assert!(allows("/v1", &[host]), "{host}");
            assert!(allows(&format!("http://{host}/v1"), &[host]), "{host}");
        }
    }

    #[test]
    fn others_are_not_and_neither_are_two_names_at_once() {
        for hosts in [
            &[][..],
            &[""],
            &["evil.example"],
            &["localhost.evil.example"],
            &["evil@localhost"],
            &["localhost@evil.example"],
            &["0.0.0.0"],
            &["10.0.0.8"],
            &["localhost", "evil.example"],
            &["localhost", "localhost"],
            &["[::1"],
        ] {
            assert!(!allows("/v1", hosts), "{hosts:?}");
        }
        assert!(!allows("http://evil.example/v1", &["localhost"]));
    }
}
