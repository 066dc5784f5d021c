//! A sandbox and a client that speaks to it over HTTP, shared by the end-to-end tests.

use agent_assist_genesys_wire::{
    ErrorBody, Listing, RecommendationEntity, Suggestion, TokenResponse,
};
use agent_assist_sandbox::{Sandbox, SandboxConfig};
use reqwest::{Client, RequestBuilder, Response};
use serde::de::DeserializeOwned;

/// A sandbox with a client that has logged in.
pub(crate) struct Session {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: Client,
    pub(crate) token: String,
}

impl Session {
    pub(crate) async fn start(config: SandboxConfig) -> Self {
        let sandbox = Sandbox::start(config)
            .await
            .expect("a loopback port is free");
        let http = http_client();
        let mut session = Self {
            sandbox,
            http,
            token: String::new(),
        };
        session.log_in().await;
        session
    }

    pub(crate) async fn log_in(&mut self) {
        let answer = self
            .ask_for_token(&self.client_secret())
            .send()
            .await
            .expect("answered");
        assert_eq!(answer.status(), 200);
        self.token = json::<TokenResponse>(answer).await.access_token;
    }

    pub(crate) fn client_secret(&self) -> String {
        self.sandbox.ready().client_secret.clone()
    }

    pub(crate) fn ask_for_token(&self, secret: &str) -> RequestBuilder {
        let ready = self.sandbox.ready();
        self.http
            .post(&ready.token_url)
            .basic_auth(&ready.client_id, Some(secret))
            .form(&[("grant_type", "client_credentials")])
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.http
            .get(format!("{}{path}", self.sandbox.base_url()))
            .bearer_auth(&self.token)
    }

    pub(crate) fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        let url = format!("{}{path}", self.sandbox.base_url());
        let request = self.http.post(url).bearer_auth(&self.token);
        request
            .header("content-type", "application/json")
            .body(body)
    }

    pub(crate) async fn status(&self, path: &str) -> u16 {
        self.get(path)
            .send()
            .await
            .expect("answered")
            .status()
            .as_u16()
    }

    /// The answer to a request that must succeed.
    pub(crate) async fn read<T: DeserializeOwned>(&self, path: &str) -> T {
        let answer = self.get(path).send().await.expect("answered");
        assert_eq!(answer.status(), 200, "{path}");
        json(answer).await
    }

    /// The path of a conversation's suggestions.
    pub(crate) fn suggestions(&self, conversation: usize) -> String {
        let id = &self.sandbox.ready().conversations[conversation].id;
        format!("/api/v2/conversations/{id}/suggestions")
    }

    /// The path of a conversation's recommendations from every published source.
    pub(crate) fn recommendations(&self, conversation: usize) -> String {
        let ready = self.sandbox.ready();
        let conversation = &ready.conversations[conversation].id;
        let sources = ready.knowledge_sources.join(",");
        format!(
            "/api/v2/agentassist/recommendations?conversation_id={conversation}\
             &session_id=s-1&knowledge_source_ids={sources}"
        )
    }

    pub(crate) async fn list_suggestions(&self, path: &str) -> Listing<Suggestion> {
        self.read(path).await
    }

    pub(crate) async fn list_recommendations(&self, path: &str) -> Vec<RecommendationEntity> {
        self.read::<Listing<RecommendationEntity>>(path)
            .await
            .entities
    }
}

/// A client that follows no redirect. Its TLS provider is needed even for plain HTTP.
pub(crate) fn http_client() -> Client {
    // An error means that another test of this process was first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let no_roots: [reqwest::Certificate; 0] = [];
    Client::builder()
        .no_proxy()
        .tls_certs_only(no_roots)
        .build()
        .expect("a plain client builds")
}

pub(crate) async fn json<T: DeserializeOwned>(answer: Response) -> T {
    let bytes = answer.bytes().await.expect("the body arrives");
    serde_json::from_slice(&bytes).expect("the body has the expected shape")
}

/// Status, code and field at fault of a refusal, whose `contextId` must be its correlation id.
pub(crate) async fn refusal(answer: Response) -> (u16, String, Option<String>) {
    let status = answer.status().as_u16();
    let correlation_id = header(&answer, "inin-correlation-id");
    let body: ErrorBody = json(answer).await;
    assert_eq!(body.context_id, correlation_id);
    assert_eq!(body.status, Some(i32::from(status)));
    let field = body
        .details
        .and_then(|details| details.into_iter().next()?.field_name);
    (status, body.code.expect("a refusal has a code"), field)
}

pub(crate) fn header(answer: &Response, name: &str) -> Option<String> {
    answer.headers().get(name)?.to_str().ok().map(str::to_owned)
}
