//! Personal data and secrets are planted wherever they could come from; then everything the program
//! printed and every byte it left on disk is searched for them.
//!
//! Each test first shows that what it planted was really there to be leaked, and that the search
//! sees what is recorded on purpose: a search that finds nothing anywhere proves nothing.

use agent_assist_sandbox::SandboxConfig;
use serde_json::{Value, json};

use super::harness::{Home, Run, Upstream, recommendations};
use super::http::{self, Scripted};

const NAME: &str = "Zephyrine Quillfeather";
const EMAIL: &str = "z.quillfeather@canary.example.org";
const PHONE: &str = "(415) 555-2671";
const CARD: &str = "4111 1111 1111 1111";
const SSN: &str = "536-90-4399";
const PERSONAL: [&str; 5] = [NAME, EMAIL, PHONE, CARD, SSN];
/// What is on file about the customer of the sandbox's first conversation.
const CUSTOMER: [&str; 3] = ["cminh730@email.com", "(977) 625-2661", "Crystal Minh"];
/// An agent who is recorded, by a pseudonym.
const AGENT: &str = "agent-not-on-record";
/// How the pseudonyms of agents begin.
const ON_RECORD: &str = "agent~1~";

/// Everything that came out of the program.
pub(super) struct Traces<'a> {
    home: &'a Home,
    printed: Vec<(String, String)>,
}

impl<'a> Traces<'a> {
    pub(super) fn of(home: &'a Home) -> Self {
        Self {
            home,
            printed: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, run: Run) {
        let call = run.call().to_owned();
        self.printed.push((format!("output of {call}"), run.stdout));
        self.printed.push((format!("log of {call}"), run.stderr));
    }

    /// Where one of the ways to write `canary` is found.
    pub(super) fn places(&self, canary: &str) -> Vec<String> {
        let ways = ways_to_write(canary);
        let holds = |text: &[u8]| {
            let text = text.to_ascii_lowercase();
            let found = |way: &String| text.windows(way.len()).any(|at| at == way.as_bytes());
            ways.iter().any(found)
        };
        let printed = self
            .printed
            .iter()
            .filter(|(_, text)| holds(text.as_bytes()))
            .map(|(place, _)| place.clone());
        let files = self.home.stored();
        let stored = files
            .iter()
            .filter(|(_, bytes)| holds(bytes))
            .map(|(path, _)| path.display().to_string());
        printed.chain(stored).collect()
    }

    pub(super) fn assert_free_of(&self, canaries: &[&str]) {
        for canary in canaries {
            let places = self.places(canary);
            assert!(places.is_empty(), "{canary} is in {places:#?}");
        }
    }

    /// The records of what happened, in every format, beside the rest.
    pub(super) fn add_records(&mut self, place: &str) {
        for format in ["table", "json", "ndjson"] {
            for command in ["audit list", "report", "cache stats", "config show"] {
                let place = if command == "config show" { "" } else { place };
                let words = format!("{command} {place} --output {format} -vvv");
                self.add(self.home.ok(&words));
            }
        }
        let records = self.home.ok(&format!("audit list {place}")).json();
        for record in records.as_array().expect("a list") {
            let words = format!("audit show {} {place} -vvv", record["seq"]);
            self.add(self.home.ok(&words));
        }
    }
}

/// As it stands, in a URL, and its digits alone.
fn ways_to_write(canary: &str) -> Vec<String> {
    let plain = canary.to_ascii_lowercase();
    let in_url = plain.replace('@', "%40").replace(' ', "%20");
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    let mut ways = vec![plain, in_url];
    // Fewer could be anything.
    ways.extend((digits.len() >= 9).then_some(digits));
    ways
}

/// Articles that quote a person, and that fit what the sandbox's first customer asks.
fn articles() -> Value {
    let about = |what: &str| format!("Jeans of the wrong size may be returned. {what}");
    json!({"Returns": {"description": "returning jeans of the wrong size", "subflows": {
        format!("Return jeans, said {EMAIL}"): {
            "instructions": [about(&format!("Write to {EMAIL} or call {PHONE}."))],
            "actions": [{"text": about(&format!("Refund the card {CARD}.")), "subtext": [
                format!("The social security number is {SSN}."), format!("Ask for {NAME}.")]}],
        },
        "Wrong size": {"instructions": [about(&format!("Call {NAME} back on {PHONE}."))]},
        "Refund of jeans": {"instructions": [about(&format!("Was it {CARD}?"))]},
        "Return window": {"instructions": [about(&format!("Check {SSN} first."))]},
    }}})
}

/// What the upstream really says about its first conversation, in both dialects.
fn raw_answers(upstream: &Upstream) -> String {
    let ready = upstream.sandbox().ready();
    let base = &ready.base_url;
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        ready.client_id, ready.client_secret
    );
    let token = http::ask(base, "POST", "/oauth/token", "", &form);
    let token: Value = serde_json::from_str(&token).expect("JSON");
    let token = token["access_token"].as_str().expect("a token");
    let bearer = format!("authorization: Bearer {token}\r\n");
    let conversation = upstream.conversation(0);
    let recommendations = format!(
        "/api/v2/agentassist/recommendations?conversation_id={conversation}&session_id=s&\
         knowledge_source_ids={}",
        upstream.sources().join(",")
    );
    let suggestions = format!("/api/v2/conversations/{conversation}/suggestions?pageSize=200");
    [recommendations, suggestions]
        .map(|path| http::ask(base, "GET", &path, &bearer, ""))
        .concat()
}

#[test]
fn nothing_of_what_an_upstream_says_of_a_person_gets_out() {
    let home = Home::new();
    let articles = home.write("articles.json", &articles().to_string());
    let upstream = Upstream::with(SandboxConfig {
        knowledge_base: Some(articles),
        ..SandboxConfig::default()
    });
    let raw = raw_answers(&upstream);
    for canary in PERSONAL.iter().chain(&CUSTOMER) {
        assert!(raw.contains(canary), "{canary} is not there to be leaked");
    }

    let names = format!("{NAME}\n{}\n", CUSTOMER[2]);
    let terms = home.write("terms.txt", &names);
    let mut traces = Traces::of(&home);
    let mut shown = 0;
    for format in ["table", "json", "ndjson"] {
        for fetch in [upstream.fetch(&home), upstream.fetch_suggestions(&home, 0)] {
            let run = fetch
                .words("--limit 100 --min-relevance 0 --explain -vvv --output")
                .arg(format)
                .words(&format!("--agent {AGENT} --subject-terms"))
                .arg(&terms)
                .env("AGENT_ASSIST_SCREENING__REQUIRE_PII_MASK", "false")
                .exits(0);
            shown += run.stdout.matches("[EMAIL_ADDRESS]").count();
            if format == "json" {
                let answer = run.json();
                let item = &recommendations(&answer)[0];
                let adopt = format!(
                    "adopt -vvv --agent {AGENT} --session s --conversation {} --recommendation {}",
                    upstream.conversation(0),
                    item["id"].as_str().expect("an id")
                );
                traces.add(home.ok(&adopt));
            }
            traces.add(run);
        }
    }
    assert!(shown > 0, "nothing that was masked was shown");
    let doctor = upstream
        .call(&home, "doctor -vvv --agents 30 --conversation")
        .arg(upstream.conversation(0));
    traces.add(doctor.run());
    traces.add_records("");

    let on_record = traces.places(ON_RECORD);
    let seen = |what: &str| on_record.iter().any(|place| place.contains(what));
    assert!(
        seen("agent-assist.db") && seen("output of"),
        "{on_record:#?}"
    );
    traces.assert_free_of(&PERSONAL);
    traces.assert_free_of(&CUSTOMER);
    traces.assert_free_of(&[AGENT]);
    traces.assert_free_of(&[&upstream.sandbox().ready().client_secret]);
}

#[test]
fn nothing_of_an_error_or_of_nonsense_gets_out() {
    let token = "canary-access-token-0123456789";
    let secret = "canary-client-secret-0123456789";
    let quoted = PERSONAL.join(", ");
    let error = json!({
        "message": quoted, "code": EMAIL, "status": 500, "contextId": EMAIL,
        "messageWithParams": quoted, "messageParams": {"who": quoted}, "entityId": EMAIL,
        "details": [{"errorCode": EMAIL, "fieldName": NAME}], "errors": [{"message": quoted}],
    })
    .to_string();
    let entity = |id: &str, extra: Value| {
        let mut entity = json!({"id": id, "relevance_score": 0.9, "is_pii_masked": true,
            "title": quoted, "text": quoted, EMAIL: quoted,
            "knowledge_source_id": EMAIL, "document_id": SSN, "uri": format!("/u?who={EMAIL}")});
        let members = extra.as_object().expect("an object").clone();
        entity.as_object_mut().expect("an object").extend(members);
        entity
    };
    let nonsense = [
        error.clone(),
        format!("{{\"entities\": [{{\"id\": \"{quoted}"),
        format!("<html><body>{quoted}</body></html>"),
        json!({"entities": quoted, "total": quoted}).to_string(),
        json!({"entities": [
            entity(EMAIL, json!({})),
            entity("r-1", json!({"deep": {"er": [quoted, {PHONE: CARD}]}})),
            entity("r-2", json!({"is_pii_masked": false})),
            entity("r-3", json!({"relevance_score": quoted})),
            entity("r-4", json!({"type": EMAIL, "title": [quoted]})),
            json!({"id": CARD}), quoted, 7,
        ]})
        .to_string(),
    ];
    let mut runs = 0;
    for (status, body) in [400, 401, 403, 404, 413, 429, 500, 503]
        .map(|status| (status, error.clone()))
        .into_iter()
        .chain(nonsense.map(|body| (200, body)))
    {
        let header = format!("ININ-Correlation-Id: {EMAIL}\r\nx-note: {quoted}\r\n");
        let login = json!({"access_token": token, "token_type": "bearer", "expires_in": 600});
        let base = http::serve(vec![
            Scripted {
                path: "/oauth/token",
                status: 200,
                header: String::new(),
                body: login.to_string(),
            },
            Scripted {
                path: "/api/v2/",
                status,
                header,
                body,
            },
        ]);
        let home = Home::new();
        let mut traces = Traces::of(&home);
        let call = |words: &str| {
            home.call(&format!("--api-base {base} -vvv {words}"))
                .env("GENESYSCLOUD_OAUTHCLIENT_ID", "c")
                .env("GENESYSCLOUD_OAUTHCLIENT_SECRET", secret)
        };
        let conversation = "00000000-0000-4000-8000-000000000001";
        for format in ["table", "json"] {
            for dialect in ["recommendations", "suggestions"] {
                let fetch = format!(
                    "fetch --dialect {dialect} --output {format} --timeout 300ms --explain \
                     --conversation {conversation} --session s --knowledge-source k --agent {AGENT} \
                     --subject-terms -"
                );
                let run = call(&fetch).input(NAME).run();
                assert!(matches!(run.code, Some(0 | 3 | 5)), "{run}");
                traces.add(run);
            }
        }
        if status == 200 {
            let doctor = format!("doctor --conversation {conversation} --knowledge-source k");
            traces.add(call(&doctor).run());
        }
        traces.add_records("");
        assert!(!traces.places(ON_RECORD).is_empty());
        traces.assert_free_of(&PERSONAL);
        traces.assert_free_of(&[token, secret, AGENT]);
        runs += 1;
    }
    assert_eq!(runs, 13);
}

#[test]
fn an_upstream_that_refuses_to_log_us_in_makes_us_repeat_nothing() {
    let secret = "canary-client-secret-0123456789";
    for status in [200, 400, 401, 500] {
        let quoted = format!("{secret} {EMAIL}");
        let refusal = json!({"error": quoted, "description": quoted, "error_description": quoted});
        let base = http::serve(vec![Scripted {
            path: "/",
            status,
            // A plain token there is an identifier by contract, and is recorded.
            header: format!("ININ-Correlation-Id: {quoted}\r\n"),
            body: refusal.to_string(),
        }]);
        let home = Home::new();
        let mut traces = Traces::of(&home);
        for command in [
            "fetch --conversation 00000000-0000-4000-8000-000000000001",
            "doctor",
        ] {
            let run = home
                .call(&format!("--api-base {base} -vvv {command}"))
                .env("AGENT_ASSIST_FETCH__TIMEOUT", "300ms")
                .env("GENESYSCLOUD_OAUTHCLIENT_ID", "c")
                .env("GENESYSCLOUD_OAUTHCLIENT_SECRET", secret)
                .run();
            traces.add(run);
        }
        traces.add_records("");
        assert!(!traces.places("assist_fetch_failed").is_empty());
        traces.assert_free_of(&[secret, EMAIL]);
    }
}

#[test]
fn nothing_of_a_refused_request_gets_out() {
    let home = Home::new();
    let upstream = Upstream::start();
    let mut traces = Traces::of(&home);
    let bad = format!("{}\n", PERSONAL.join(","));
    let payload = json!({
        "session_id": bad, "conversation_id": bad, "knowledge_source_ids": [bad],
        "intent_confidence": {bad.clone(): 2, EMAIL: bad}, "limit": bad, "offset": bad,
        "min_relevance": bad, "agent_id": bad, "queue_id": bad, "query": bad.repeat(100),
        "subject_terms": [bad.repeat(10)], EMAIL: bad, NAME: 1,
    });
    for dialect in ["recommendations", "suggestions"] {
        let fetch = format!("fetch -vvv --payload - --dialect {dialect}");
        let call = upstream.call(&home, &fetch).input(payload.to_string());
        traces.add(call.exits(2));
    }
    let flags = upstream.call(&home, "fetch -vvv --dialect recommendations");
    let flags = [
        "--session",
        "--conversation",
        "--knowledge-source",
        "--intent",
        "--limit",
        "--offset",
        "--min-relevance",
        "--agent",
        "--queue",
    ]
    .iter()
    .fold(flags, |call, flag| call.arg(flag).arg(&bad));
    traces.add(flags.exits(2));
    // What is right about the request, and no one's business but the upstream's.
    let query = upstream
        .fetch(&home)
        .arg("-vvv")
        .arg("--query")
        .arg(PERSONAL.join(" "));
    traces.add(query.exits(0));
    traces.add_records("");
    assert!(!traces.places("assist_fetch_refused").is_empty());
    traces.assert_free_of(&PERSONAL);
}

#[test]
fn nothing_of_a_secret_in_the_settings_gets_out() {
    let home = Home::new();
    let mut traces = Traces::of(&home);
    let canary = "canary-secret-0123456789";
    let with_password = format!("http://user:{canary}@127.0.0.1:1");
    let file = home.write(
        "broken.toml",
        &format!("[upstream]\nclient_secret = \"{canary}\"\n"),
    );
    let unreadable = home.write(
        "unreadable.toml",
        &format!("client_secret = {canary} {canary}"),
    );
    for command in [
        "config show",
        "config check",
        "doctor",
        "report",
        "fetch --conversation c",
    ] {
        let call = || home.call(&format!("-vvv {command}"));
        let calls = [
            call().env("AGENT_ASSIST_UPSTREAM__PROXY", &with_password),
            call().env("AGENT_ASSIST_UPSTREAM__API_BASE", &with_password),
            call().env(
                "AGENT_ASSIST_UPSTREAM__API_BASE",
                format!("http://h.test/?k={canary}"),
            ),
            call().arg("--api-base").arg(&with_password),
            call().arg("--login-base").arg(&with_password),
            call().env("GENESYSCLOUD_OAUTHCLIENT_SECRET", canary),
            call().env("GENESYSCLOUD_ACCESS_TOKEN", canary),
            call().env("AGENT_ASSIST_CLIENT_SECRET", canary),
            call().arg("--config").arg(&file),
            call().arg("--config").arg(&unreadable),
        ];
        for call in calls {
            traces.add(call.run());
        }
    }
    // The origin of a mistake is told.
    assert!(!traces.places("broken.toml").is_empty());
    traces.assert_free_of(&[canary]);
}
