//! The platform's own calls: its shapes, its errors, and none of what the upstream should have masked.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use agent_assist_domain::access::{Limits, Role};
use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::audit::{Actor, AuditEvent};
use agent_assist_domain::ports::AssistSwitch as _;
use agent_assist_domain::time::Timestamp;
use agent_assist_genesys_wire::{ErrorBody, Listing, Suggestion, TokenError};
use agent_assist_sandbox::FaultRule;
use agent_assist_testkit::build::switch_off;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::house::{Answer, House, bearer, request};

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

/// A daemon that asks for suggestions, and somebody who has logged in to it.
struct Client {
    house: House,
    token: String,
}

impl Client {
    async fn new() -> Self {
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

    fn path(&self, rest: &str) -> String {
        let conversation = self.house.conversation(0);
        format!("/api/v2/conversations/{conversation}/suggestions{rest}")
    }

    async fn get(&self, path: &str) -> Answer {
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

#[tokio::test]
async fn a_key_logs_in_by_header_or_form_with_its_secret_or_whole() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let (id, secret) = (&key[4..20], &key[21..]);
    for said in [secret, &*key] {
        let answer = log_in(&house, id, said).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let token = answer.json();
        assert_eq!(
            (&token["token_type"], &token["expires_in"]),
            (&json!("bearer"), &json!(3600))
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={key}");
    let answer = request(house.address, "POST", "/oauth/token", FORM, &body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let token = answer.json()["access_token"]
        .as_str()
        .expect("a token")
        .to_owned();
    assert_eq!(house.get(&house.target(), &token).await.status, 200);
    let order = json!({"conversation_id": "c"});
    assert_eq!(house.post("/v1/tokens", &token, &order).await.status, 403);
    assert!(
        house
            .keys
            .revoke(id, &Actor::default())
            .await
            .expect("revoked")
    );
    is_login_error(
        &log_in(&house, "0123456789abcdef", &key).await,
        401,
        "invalid_client",
    );
}

#[tokio::test]
async fn who_has_no_key_does_not_log_in_and_is_told_in_the_platforms_way() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let id = &key[4..20];
    for (id, secret) in [
        (id, "wrong"),
        (id, &key[4..]),
        ("0123456789abcdef", &key[21..]),
        ("", &*key),
        ("8f5a0e5b-0f57-4d0e-9a55-0d8f3c1f1001", "secret"),
    ] {
        is_login_error(&log_in(&house, id, secret).await, 401, "invalid_client");
    }
    let at = house.address;
    for (head, body, status, error) in [
        (FORM, "grant_type=client_credentials", 401, "invalid_client"),
        (
            FORM,
            "grant_type=authorization_code&code=x",
            400,
            "invalid_request",
        ),
        (FORM, "", 400, "invalid_request"),
        (
            "content-type: application/json\r\n",
            "{}",
            415,
            "invalid_request",
        ),
    ] {
        let answer = request(at, "POST", "/oauth/token", head, body).await;
        is_login_error(&answer, status, error);
    }
    let answer = request(at, "GET", "/oauth/token", "", "").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
}

#[tokio::test]
async fn a_key_that_logs_in_too_often_waits_and_who_does_not_hold_it_uses_up_nothing() {
    let house = House::with(&[("serve.requests_per_minute", "2")]).await;
    let key = house.key(Role::Agent).await;
    let id = &key[4..20];
    for _ in 0..5 {
        assert_eq!(log_in(&house, id, "wrong").await.status, 401);
    }
    for _ in 0..2 {
        assert_eq!(log_in(&house, id, &key).await.status, 200);
    }
    let answer = log_in(&house, id, &key).await;
    is_login_error(&answer, 400, "invalid_request");
    let told = answer.json()["description"]
        .as_str()
        .expect("words")
        .to_owned();
    assert!(told.starts_with("rate limit exceeded;"), "{told}");
    assert!(answer.header("retry-after").is_some());
    let path = format!(
        "/api/v2/conversations/{}/suggestions",
        house.conversation(0)
    );
    let answer = house.get(&path, &key).await;
    is_error(&answer, 429, "too.many.requests.retry.after");
    assert_eq!(
        answer.header("inin-ratelimit-reset"),
        answer.header("retry-after")
    );
    assert_eq!(answer.header("inin-ratelimit-allowed"), Some("2"));
}

#[tokio::test]
async fn suggestions_are_listed_page_by_page_and_read_one_by_one() {
    let client = Client::new().await;
    let whole = client.list("?pageSize=200").await;
    assert!(whole.entities.len() > 14, "several pages");
    assert_eq!(whole.next_uri, None);
    let (mut met, mut at) = (Vec::new(), client.path("?pageSize=7"));
    loop {
        let answer = client.get(&at).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.header("inin-correlation-id").is_some());
        let page: Listing<Suggestion> = serde_json::from_value(answer.json()).expect("a page");
        assert_eq!(page.self_uri.as_ref(), Some(&at));
        met.extend(page.entities);
        match page.next_uri {
            Some(next) => at = next,
            None => break,
        }
    }
    assert_eq!(met, whole.entities);
    let types: BTreeSet<String> = met
        .iter()
        .filter_map(|it| Some(it.kind.as_ref()?.to_string()))
        .collect();
    assert!(types.len() >= 6, "{types:?}");
    for suggestion in &met {
        let at = suggestion.self_uri.as_deref().expect("a place");
        let read: Suggestion = serde_json::from_value(client.get(at).await.json()).expect("one");
        assert_eq!(&read, suggestion);
        assert!(
            suggestion.context.is_none(),
            "what the customer said stays where it is"
        );
    }
    for kind in &types {
        let page = client.list(&format!("?pageSize=200&type={kind}")).await;
        let expected = met
            .iter()
            .filter(|it| it.kind.as_ref().is_some_and(|it| it.as_str() == kind));
        assert_eq!(
            page.entities.iter().collect::<Vec<_>>(),
            expected.collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn a_suggestion_has_what_the_upstream_said_of_it_but_personal_data() {
    let client = Client::new().await;
    let listing = client.list("?pageSize=200").await;
    let of = |kind: &str| {
        let found = listing.entities.iter();
        found
            .filter(|it| it.kind.as_ref().is_some_and(|it| it.as_str() == kind))
            .map(|it| serde_json::to_value(it).expect("JSON"))
            .next()
            .unwrap_or_else(|| panic!("no {kind}"))
    };
    let search = of("KnowledgeSearch");
    let search = &search["knowledgeSearch"];
    assert!(
        search["confidence"]
            .as_f64()
            .is_some_and(|it| it > 0.0 && it <= 1.0)
    );
    assert!(search["snippets"][0].is_string() && search["title"].is_string());
    let document = search["document"]["selfUri"].as_str().expect("a path");
    assert!(
        document.starts_with("/api/v2/knowledge/knowledgebases/"),
        "{document}"
    );
    assert!(of("CannedResponse")["cannedResponse"]["response"]["id"].is_string());
    let script = of("Script");
    assert!(
        script["script"]["data"]["callerName"].is_string(),
        "{script}"
    );
    assert!(of("ThirdPartySuggestion")["thirdPartySuggestion"]["text"].is_string());
    assert!(of("Faq")["faq"]["answer"].is_string());
    assert!(of("Article")["article"]["snippets"][0].is_string());
    for suggestion in &listing.entities {
        let created = suggestion.date_created.as_deref().expect("a date");
        assert_eq!(created.len(), "2026-05-04T09:15:27.412Z".len(), "{created}");
    }
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

/// The canary: the upstream's own answer holds addresses and numbers of customers, and claims otherwise.
#[tokio::test]
async fn personal_data_of_the_upstreams_appears_in_nothing_that_is_served() {
    let client = Client::new().await;
    let upstream = Upstream::log_in(&client.house).await;
    let mut planted = 0;
    for conversation in &client.house.sandbox.ready().conversations {
        let path = format!(
            "/api/v2/conversations/{}/suggestions?pageSize=200",
            conversation.id
        );
        let raw = upstream.get(&path).await;
        let served = client.get(&path).await;
        if raw.status != 200 {
            assert_eq!(served.status, 404, "{served:?}");
            continue;
        }
        assert_eq!(served.status, 200, "{served:?}");
        let mut said = served.body.clone();
        let listing: Listing<Suggestion> = serde_json::from_value(served.json()).expect("a page");
        for suggestion in &listing.entities {
            let one = client
                .get(suggestion.self_uri.as_deref().expect("a place"))
                .await;
            said += &one.body;
        }
        for canary in personal(&raw.body) {
            assert!(!said.contains(&canary), "{canary}");
            planted += 1;
        }
    }
    assert!(planted >= 4, "{planted} canaries are few");
}

/// Mail addresses and telephone numbers in `text`.
fn personal(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| c.is_whitespace() || "\"\\,;:()<>".contains(c));
    let mails = words
        .filter(|word| word.contains('@'))
        .map(|word| word.trim_matches('.'));
    let mut found: BTreeSet<String> = mails.map(str::to_owned).collect();
    for (at, _) in text.match_indices('+') {
        let number = text[at..].find(|c: char| !matches!(c, '+' | '-' | ' ' | '0'..='9'));
        let number = text[at..at + number.unwrap_or(0)].trim_end();
        if number.bytes().filter(u8::is_ascii_digit).count() >= 8 {
            found.insert(number.to_owned());
        }
    }
    found
}

#[tokio::test]
async fn an_engagement_is_recorded_and_changes_the_state_that_is_told() {
    let client = Client::new().await;
    let listing = client.list("?pageSize=200&state=Suggested").await;
    let fresh: Vec<String> = listing
        .entities
        .into_iter()
        .filter_map(|it| it.id)
        .collect();
    for (id, body, state) in [
        (&fresh[0], json!({"engagementType": "Copied"}), "Accepted"),
        (&fresh[1], json!({"engagementType": "Opened"}), "Accepted"),
        (
            &fresh[2],
            json!({"engagementType": "Dismissed"}),
            "Dismissed",
        ),
        (
            &fresh[3],
            json!({"engagementType": "Feedback", "feedback": {"rating": "Negative"}}),
            "Rated",
        ),
    ] {
        let answer = client.engage(id, &body).await;
        assert_eq!((answer.status, answer.json()), (200, body), "{answer:?}");
        assert_eq!(client.state(id).await, state);
    }
    let dismissed = client.list("?state=Dismissed").await;
    let ids: Vec<&str> = dismissed
        .entities
        .iter()
        .filter_map(|it| it.id.as_deref())
        .collect();
    assert_eq!(ids, [&fresh[2]]);
    let left = client.list("?pageSize=200&state=Suggested").await;
    assert_eq!(left.entities.len(), fresh.len() - 4);
    assert_eq!(
        client.state(&fresh[4]).await,
        "Suggested",
        "listed is not displayed"
    );
}

#[tokio::test]
async fn an_engagement_that_breaks_rules_or_has_nothing_to_be_of_is_refused() {
    let client = Client::new().await;
    let listing = client.list("").await;
    let id = listing.entities[0].id.clone().expect("an id");
    for (body, field) in [
        (json!({"engagementType": "Liked"}), Some("engagementType")),
        (
            json!({"engagementType": "Feedback"}),
            Some("feedback.rating"),
        ),
        (
            json!({"engagementType": "Feedback", "feedback": {"rating": "Good"}}),
            Some("feedback.rating"),
        ),
        (json!({}), None),
    ] {
        let error = is_error(&client.engage(&id, &body).await, 400, "bad.request");
        let details = error.details.unwrap_or_default();
        let named = details
            .first()
            .and_then(|detail| detail.field_name.as_deref());
        assert_eq!(named, field, "{body}");
    }
    let copied = json!({"engagementType": "Copied"});
    is_error(&client.engage("made-up", &copied).await, 404, "not.found");
}

#[tokio::test]
async fn what_the_gateway_does_not_serve_is_not_there_and_goes_nowhere() {
    let client = Client::new().await;
    client.list("").await;
    let before = client.house.sandbox.journal().len();
    for path in [
        "/api/v2",
        "/api/v2/users/me",
        "/api/v2/conversations",
        "/api/v2/conversations/c/summaries",
        "/api/v2/conversations/c/suggestions/feedback/x",
        "/api/v2/../v2/users/me",
        "/oauth/authorize",
        "/oauth",
    ] {
        is_error(&client.get(path).await, 404, "not.found");
    }
    let at = client.house.address;
    let head = bearer(&client.token);
    let answer = request(at, "PATCH", &client.path("/x"), &head, "{}").await;
    is_error(&answer, 405, "method.not.allowed");
    assert_eq!(
        client.house.sandbox.journal().len(),
        before,
        "nothing was passed on"
    );
    is_error(
        &client.get(&client.path("/made-up")).await,
        404,
        "not.found",
    );
    for (query, code) in [
        ("?pageSize=201", "bad.request"),
        ("?type=Everything", "bad.request"),
        ("?after=x", "invalid.query.param.value"),
    ] {
        is_error(&client.get(&client.path(query)).await, 400, code);
    }
    let nowhere = "/api/v2/conversations/not-a-uuid/suggestions";
    is_error(&client.get(nowhere).await, 400, "bad.request");
}

#[tokio::test]
async fn credentials_that_are_not_ours_are_refused_with_what_to_do() {
    let client = Client::new().await;
    let (at, path) = (client.house.address, client.path(""));
    let answer = request(at, "GET", &path, "", "").await;
    is_error(&answer, 401, "authentication.required");
    let forged = format!("{}x", client.token);
    for token in [
        "SK8uXz-an-agents-own-token-of-the-platform",
        &forged,
        "aat_e30.e30",
    ] {
        let error = is_error(
            &client.house.get(&path, token).await,
            401,
            "bad.credentials",
        );
        let message = error.message.unwrap_or_default();
        assert!(
            message.contains("/oauth/token") && message.contains("PKCE"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn a_token_may_what_its_key_may() {
    let supervisor = Client::limited(Role::Supervisor, Limits::default()).await;
    is_error(
        &supervisor.get(&supervisor.path("")).await,
        403,
        "not.authorized",
    );
    let elsewhere = Limits {
        conversation_id: Some("c-9".to_owned()),
        ..Limits::default()
    };
    let client = Client::limited(Role::Agent, elsewhere).await;
    is_error(&client.get(&client.path("")).await, 403, "not.authorized");
    let other_queue = Limits {
        queues: vec!["q-1".to_owned()],
        ..Limits::default()
    };
    let client = Client::limited(Role::Agent, other_queue).await;
    is_error(&client.get(&client.path("")).await, 403, "not.authorized");
    let house = &client.house;
    let denied = house.entries(AuditEvent::AccessDenied).await;
    assert_eq!(denied[0]["access"]["denial"], "queue");
    for event in [AuditEvent::FetchCompleted, AuditEvent::FetchHit] {
        assert!(house.entries(event).await.is_empty(), "nothing was shown");
    }
}

#[tokio::test]
async fn a_key_for_the_queue_that_the_upstream_names_is_good_for_its_conversations() {
    let client = Client::new().await;
    let raw = Upstream::log_in(&client.house)
        .await
        .get(&client.path(""))
        .await
        .json();
    let queue = raw["entities"][0]["context"]["queue"]["id"]
        .as_str()
        .expect("a queue");
    let limits = Limits {
        queues: vec![queue.to_owned()],
        ..Limits::default()
    };
    let key = client.house.limited_key(Role::Agent, limits).await;
    let listed = client.house.get(&client.path(""), &key).await;
    assert_eq!(listed.status, 200, "{listed:?}");
    let id = listed.json()["entities"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let path = client.path(&format!("/{id}/engagement"));
    let copied = json!({"engagementType": "Copied"});
    assert_eq!(client.house.post(&path, &key, &copied).await.status, 200);
}

#[tokio::test]
async fn foreign_pages_and_hosts_are_refused_at_these_paths_as_well() {
    let client = Client::new().await;
    let (at, path) = (client.house.address, client.path(""));
    let head = format!("{}origin: https://evil.example\r\n", bearer(&client.token));
    is_error(
        &request(at, "GET", &path, &head, "").await,
        403,
        "not.authorized",
    );
    let head = format!("{FORM}origin: https://evil.example\r\n");
    let body = "grant_type=client_credentials";
    let answer = request(at, "POST", "/oauth/token", &head, body).await;
    is_login_error(&answer, 403, "invalid_request");
    let text = format!("GET {path} HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n");
    let said = crate::house::exchange(at, text.as_bytes()).await;
    is_error(
        &Answer::parse(&said).expect("an answer"),
        421,
        "client.failed.request",
    );
    let head = format!(
        "{}content-type: application/json\r\n",
        bearer(&client.token)
    );
    let body = format!("\"{}\"", "x".repeat(64 * 1024));
    let answer = request(at, "POST", &client.path("/x/engagement"), &head, &body).await;
    is_error(&answer, 413, "request.entity.too.large");
}

#[tokio::test]
async fn an_answer_that_is_less_says_so_and_where_there_is_none_the_list_is_not_empty() {
    let client = Client::new().await;
    let fault = |rule: &str| rule.parse::<FaultRule>().expect("a rule");
    client
        .house
        .sandbox
        .add_fault(fault("suggestions:status=503"));
    let answer = client.get(&client.path("")).await;
    let error = is_error(&answer, 503, "service.unavailable");
    assert_eq!(
        answer.header("agent-assist-degraded"),
        Some("upstream_error"),
        "{error:?}"
    );
    client.house.sandbox.clear_faults();
}

#[tokio::test]
async fn switched_off_is_nothing_to_show_and_says_why() {
    let client = Client::new().await;
    let off = switch_off(SwitchScope::Everything, Timestamp::default(), None);
    client
        .house
        .store
        .set("default", &off)
        .await
        .expect("switched");
    let answer = client.get(&client.path("")).await;
    assert_eq!(
        (answer.status, &answer.json()["entities"]),
        (200, &json!([]))
    );
    assert_eq!(answer.header("agent-assist-degraded"), Some("assist_off"));
}
