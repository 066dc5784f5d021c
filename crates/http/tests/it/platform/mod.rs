//! The platform's own calls: its shapes, its errors, and none of what the upstream should have masked.

mod canaries;
mod door;
mod engagement;
mod less;
mod login;
mod paging;

use std::net::SocketAddr;

use agent_assist_domain::access::{Limits, Role};
use agent_assist_genesys_wire::{ErrorBody, Listing, Suggestion, TokenError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::house::{Answer, House, bearer, request};

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

/// A daemon that asks for suggestions, and somebody who has logged in to it.
pub(crate) struct Client {
    house: House,
    token: String,
}

impl Client {
    pub(crate) async fn new() -> Self {
        Self::limited(Role::Agent, Limits::default()).await
    }

    async fn limited(role: Role, limits: Limits) -> Self {
        let house = House::with(&[("dialect", "suggestions")]).await;
        let key = house.limited_key(role, limits).await;
        let answer = log_in(&house, &key[4..20], &key).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let token = answer.json()["access_token"]
            .as_str()
            .expect("a token")
            .to_owned();
        Self { house, token }
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        let conversation = self.house.conversation(0);
        format!("/api/v2/conversations/{conversation}/suggestions{rest}")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.house.get(path, &self.token).await
    }

    async fn list(&self, query: &str) -> Listing<Suggestion> {
        let answer = self.get(&self.path(query)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        serde_json::from_value(answer.json()).expect("a listing")
    }

    async fn engage(&self, suggestion: &str, body: &Value) -> Answer {
        let path = self.path(&format!("/{suggestion}/engagement"));
        self.house.post(&path, &self.token, body).await
    }

    async fn state(&self, suggestion: &str) -> String {
        let answer = self.get(&self.path(&format!("/{suggestion}"))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["state"].as_str().expect("a state").to_owned()
    }
}

/// As the SDKs do it.
async fn log_in(house: &House, id: &str, secret: &str) -> Answer {
    let basic = STANDARD.encode(format!("{id}:{secret}"));
    let head = format!("authorization: Basic {basic}\r\n{FORM}");
    let body = "grant_type=client_credentials";
    request(house.address, "POST", "/oauth/token", &head, body).await
}

/// Asserts that it is an error as the platform has it.
#[track_caller]
fn is_error(answer: &Answer, status: u16, code: &str) -> ErrorBody {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let body: ErrorBody = serde_json::from_value(answer.json()).expect("an error body");
    assert_eq!(body.code.as_deref(), Some(code), "{answer:?}");
    assert_eq!(body.status, Some(i32::from(status)));
    assert_eq!(
        body.context_id.as_deref(),
        answer.header("inin-correlation-id")
    );
    assert_eq!(body.context_id.as_deref(), answer.header("x-request-id"));
    assert!(body.message.is_some() && body.details.is_some());
    body
}

#[track_caller]
fn is_login_error(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    let body: TokenError = serde_json::from_value(answer.json()).expect("a token error");
    assert_eq!(body.error.as_deref(), Some(error), "{answer:?}");
    assert_eq!(body.description, body.error_description);
}

/// The upstream, asked by itself.
struct Upstream {
    at: SocketAddr,
    head: String,
}

impl Upstream {
    async fn log_in(house: &House) -> Self {
        let ready = house.sandbox.ready();
        let at = house
            .sandbox
            .base_url()
            .strip_prefix("http://")
            .expect("plain");
        let at = at.parse().expect("an address");
        let basic = STANDARD.encode(format!("{}:{}", ready.client_id, ready.client_secret));
        let head = format!("authorization: Basic {basic}\r\n{FORM}");
        let body = "grant_type=client_credentials";
        let token = request(at, "POST", "/oauth/token", &head, body)
            .await
            .json();
        let head = bearer(token["access_token"].as_str().expect("a token"));
        Self { at, head }
    }

    async fn get(&self, path: &str) -> Answer {
        request(self.at, "GET", path, &self.head, "").await
    }
}
