//! Several tenants in one daemon, as operators meet them.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::harness::{Home, Upstream};
use crate::serve::{Answer, Daemon, request};

/// A home whose settings know the tenants `a` and `b`, each with an upstream of its own.
struct Street {
    home: Home,
    a: Upstream,
    b: Upstream,
}

impl Street {
    fn new() -> Self {
        let street = Self {
            home: Home::new(),
            a: Upstream::start(),
            b: Upstream::start(),
        };
        street.set("");
        street
    }

    /// The settings, with `more` behind.
    fn set(&self, more: &str) {
        let mut text = "dialect = \"recommendations\"\n".to_owned();
        for (name, upstream) in [("a", &self.a), ("b", &self.b)] {
            let ready = upstream.sandbox().ready();
            let secret = self
                .home
                .write(&format!("{name}.secret"), &ready.client_secret);
            text.push_str(&format!(
                "[tenants.{name}.upstream]\napi_base = \"{}\"\nclient_id = \"{}\"\n\
                 client_secret_file = \"{}\"\n",
                ready.base_url,
                ready.client_id,
                secret.display()
            ));
        }
        let path = "config/agent-assist/config.toml";
        self.home.write(path, &format!("{text}{more}"));
    }

    fn payload(&self) -> Value {
        json!({
            "conversation_id": self.a.conversation(0),
            "session_id": "s-1",
            "knowledge_source_ids": self.a.sources(),
        })
    }

    fn fetches(&self) -> (usize, usize) {
        (
            self.a.requests("recommendations"),
            self.b.requests("recommendations"),
        )
    }
}

fn ask(daemon: &Daemon, key: &str, tenant: &str, payload: &Value) -> Answer {
    let body = payload.to_string();
    let head = format!(
        "authorization: Bearer {key}\r\nagent-assist-tenant: {tenant}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n",
        body.len()
    );
    request(daemon.url(), "POST /v1/recommendations", &head, &body)
}

#[cfg(unix)]
#[test]
fn one_daemon_serves_each_from_its_own_upstream_into_its_own_store() {
    let street = Street::new();
    let home = &street.home;
    let payload = street.payload();
    let daemon = Daemon::start(home, "");
    let key = daemon.first_key();
    for (tenant, asked) in [("a", (1, 0)), ("b", (1, 1)), ("a", (1, 1))] {
        let answer = ask(&daemon, &key, tenant, &payload);
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(street.fetches(), asked, "{tenant}");
    }
    let made = home
        .ok("key create --tenant a --name crm --role agent")
        .json();
    let of_a = made["key"].as_str().expect("a key");
    assert_eq!(daemon.ask(of_a, &payload).status, 200);
    assert_eq!(ask(&daemon, of_a, "b", &payload).status, 403);
    assert_eq!(street.fetches(), (1, 1));

    // The daemon's own store holds no answers, each of the others those of one.
    let stores = ["agent-assist.db", "a/agent-assist.db", "b/agent-assist.db"];
    let stores: Vec<PathBuf> = stores.iter().map(|name| home.data(name)).collect();
    assert!(stores.iter().all(|store| store.is_file()), "{stores:?}");
    daemon.signal("-TERM");
    let (code, said) = daemon.end();
    assert_eq!(code, Some(0), "{said}");
    let events = |words: &str| {
        let listed = home.ok(&format!("audit list {words}")).json();
        let listed = listed.as_array().expect("a list").clone();
        let of = |name: &str| {
            listed
                .iter()
                .filter(|one| one["entry"]["event"] == name)
                .count()
        };
        (
            of("assist_fetch_completed"),
            of("assist_fetch_hit"),
            of("assist_access_denied"),
        )
    };
    assert_eq!(events("--tenant a"), (1, 2, 0));
    assert_eq!(events("--tenant b"), (1, 0, 1));
}

#[test]
fn commands_are_about_one_tenant_which_must_be_named() {
    let street = Street::new();
    let home = &street.home;
    let (conversation, source) = (street.a.conversation(0), &street.a.sources()[0]);
    let fetch =
        format!("fetch --conversation {conversation} --session s-1 --knowledge-source {source}");
    for words in [&*fetch, "report", "audit list", "doctor"] {
        let refused = home.call(words).exits(2);
        refused.says(&["several tenants", "hint: say which one with --tenant: a, b"]);
    }
    assert_eq!(street.fetches(), (0, 0));
    home.ok(&format!("--tenant b {fetch}"));
    assert_eq!(street.fetches(), (0, 1));
    home.call("report --tenant c")
        .exits(2)
        .says(&["one of the tenants: a, b"]);
    home.call("serve --tenant a")
        .exits(2)
        .says(&["every tenant"]);
    home.ok("doctor --tenant b");
    home.ok("config check");
    let shown = home.ok("config show --tenant b").json();
    let lines = shown.as_array().expect("a list");
    let line = |name: &str| {
        lines
            .iter()
            .find(|line| line["name"] == name)
            .expect("shown")
    };
    assert_eq!(line("tenant")["value"], "b");
    let store = home.data("b/agent-assist.db").display().to_string();
    assert_eq!(line("store")["value"], store.as_str());
}

#[test]
fn what_a_tenant_lacks_is_told_by_its_table_before_anything_is_made() {
    let street = Street::new();
    let home = &street.home;
    street.set("[tenants.c.upstream]\nregion = \"eu-central-1\"\n");
    let words = "serve --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0";
    home.call(words)
        .exits(2)
        .says(&["tenant c", "upstream.client_id is not set"]);
    assert!(home.stored().is_empty());
    street.set("[tenants.a.cache]\nttl = \"soon\"\n");
    home.call("config check")
        .exits(2)
        .says(&["tenants.a.cache.ttl: expected a duration"]);
}

#[test]
fn other_settings_of_one_tenant_leave_the_other_as_it_was() {
    let street = Street::new();
    let payload = street.payload();
    let daemon = Daemon::start(&street.home, "");
    let key = daemon.first_key();
    let shown = |tenant: &str| {
        let answer = ask(&daemon, &key, tenant, &payload);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let answer = answer.json();
        answer["recommendations"].as_array().expect("a list").len()
    };
    assert!(shown("a") > 0 && shown("b") > 0);
    let order = || {
        let head = format!("authorization: Bearer {key}\r\ncontent-length: 0\r\n");
        request(daemon.admin_url(), "POST /admin/reload", &head, "")
    };
    street.set("[tenants.b.screening]\nmin_relevance = 1.0\n");
    let reloaded = order();
    assert_eq!(reloaded.status, 200, "{}", reloaded.body);
    let changed = json!({"changed": ["tenants.b.screening.min_relevance"]});
    assert_eq!(reloaded.json(), changed);
    assert!(shown("a") > 0);
    assert_eq!(shown("b"), 0);

    for (more, field) in [
        (
            "[tenants.b]\nstore = \"/elsewhere.db\"\n",
            "tenants.b.store",
        ),
        ("[tenants.c.cache]\nttl = \"1s\"\n", "tenants.c"),
    ] {
        street.set(more);
        let refused = order();
        assert_eq!(refused.status, 422, "{}", refused.body);
        let error = &refused.json()["errors"][0];
        assert_eq!(
            (&error["field"], &error["rule"]),
            (&json!(field), &json!("restart"))
        );
    }
}
