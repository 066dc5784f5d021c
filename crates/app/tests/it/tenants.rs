//! Several tenants in one settings file: what each has of its own, what all have in common, and what is
//! never taken over.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use agent_assist_app::settings::{
    Loaded, OwnContacts, SandboxSettings, Settings, Sources, template,
};
use tempfile::TempDir;

fn sources(text: &str) -> (TempDir, Sources) {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("settings.toml");
    std::fs::write(&path, text).expect("written");
    let sources = Sources {
        environment: BTreeMap::from([("HOME".into(), "/home/somebody".into())]),
        file: Some(path),
        ..Sources::default()
    };
    (place, sources)
}

fn load(text: &str) -> Loaded {
    let (_place, sources) = sources(text);
    sources.load().expect("fine")
}

fn mistakes(text: &str) -> Vec<(String, String)> {
    let (_place, sources) = sources(text);
    let mistakes = sources.load().expect_err("mistakes").0;
    mistakes
        .into_iter()
        .map(|mistake| (mistake.key, mistake.expected))
        .collect()
}

fn tenant<'a>(loaded: &'a Loaded, name: &str) -> &'a Settings {
    let mut named = loaded.each().iter().map(|one| &one.settings);
    named.find(|one| one.tenant == name).expect("a tenant")
}

const TWO: &str = r#"
[upstream]
region = "us-east-1"
client_id = "top"
client_secret_file = "/secrets/top"
[cache]
ttl = "20s"
[serve]
listen = "127.0.0.1:9000"
knowledge_sources = ["kb-top"]
[audit]
key_file = "/keys/top"
[tenants.emea.upstream]
region = "eu-central-1"
[tenants.emea.cache]
ttl = "30s"
[tenants.emea.serve]
knowledge_sources = ["kb-emea"]
[tenants.apac]
store = "/elsewhere/apac.db"
[tenants.apac.upstream]
client_id = "apac"
"#;

#[test]
fn without_tables_there_is_one_tenant_as_ever() {
    let loaded = load("tenant = \"acme\"");
    assert!(loaded.tenants.is_empty());
    assert_eq!(loaded.each().len(), 1);
    assert_eq!(loaded.each()[0].settings.tenant, "acme");
}

#[test]
fn a_tenant_has_what_differs_and_everything_else_in_common() {
    let loaded = load(TWO);
    let (emea, apac) = (tenant(&loaded, "emea"), tenant(&loaded, "apac"));
    assert_eq!(emea.freshness.ttl, Duration::from_secs(30));
    assert_eq!(apac.freshness.ttl, Duration::from_secs(20));
    assert_eq!(emea.serve.knowledge_sources, ["kb-emea"]);
    assert_eq!(apac.serve.knowledge_sources, ["kb-top"]);
    assert_eq!(emea.serve.listen, loaded.settings.serve.listen);
    let folder = PathBuf::from("/home/somebody/.local/share/agent-assist");
    assert_eq!(loaded.settings.store, folder.join("agent-assist.db"));
    assert_eq!(emea.store, folder.join("emea/agent-assist.db"));
    assert_eq!(apac.store, PathBuf::from("/elsewhere/apac.db"));
}

#[test]
fn secrets_stay_with_the_place_they_are_for_and_keys_with_their_log() {
    let loaded = load(TWO);
    let (emea, apac) = (tenant(&loaded, "emea"), tenant(&loaded, "apac"));
    // Another region: no credentials but those of its own.
    assert_eq!(emea.upstream.credentials.client_id, None);
    assert!(emea.upstream.credentials.client_secret.is_none());
    // The same region, another client: not with the other's secret.
    assert_eq!(apac.upstream.api_base, loaded.settings.upstream.api_base);
    assert_eq!(apac.upstream.credentials.client_id.as_deref(), Some("apac"));
    assert!(apac.upstream.credentials.client_secret.is_none());
    for one in [emea, apac] {
        assert_eq!(one.checkpoints.key_file, None);
    }
    assert!(loaded.settings.checkpoints.key_file.is_some());
}

#[test]
fn secrets_of_a_tenant_come_by_environment_under_its_name() {
    let (_place, mut sources) = sources(TWO);
    let variable = "AGENT_ASSIST_TENANTS__APAC__UPSTREAM__CLIENT_SECRET";
    let secret = "s3cret-of-apac";
    sources.environment.insert(variable.into(), secret.into());
    let loaded = sources.load().expect("fine");
    let has_secret = |name| {
        tenant(&loaded, name)
            .upstream
            .credentials
            .client_secret
            .is_some()
    };
    assert!(has_secret("apac") && !has_secret("emea"));
    let shown = loaded.show();
    let name = "tenants.apac.upstream.client_secret";
    let line = shown.iter().find(|line| line.name == name);
    assert_eq!(line.expect("shown").value.as_deref(), Some("(hidden)"));
    assert!(!format!("{loaded:?}{shown:?}").contains(secret));
}

#[test]
fn mistakes_name_the_table_they_stand_in_and_those_outside_are_told_once() {
    let told = mistakes(
        "[breaker]\nfailures = 1000\n[tenants.a.cache]\nttl = \"soon\"\n\
         [tenants.b.serve]\nlisten = \"127.0.0.1:1\"\n[tenants.b.upstream]\nclient_secret = \"x\"\n\
         [tenants.Big.cache]\nttl = \"1s\"\n",
    );
    let keys: Vec<&str> = told.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "tenants.Big.cache.ttl",
            "tenants.b.serve.listen",
            "tenants.b.upstream.client_secret",
            "breaker.failures",
        ],
        "{told:?}"
    );
    let told = mistakes("[tenants.a.cache]\nttl = \"soon\"\n[tenants.b.cache]\nttl = \"1s\"\n");
    let keys: Vec<&str> = told.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["tenants.a.cache.ttl"]);
}

#[test]
fn nothing_that_must_be_apart_is_shared() {
    let told = mistakes(
        "store = \"/s/top.db\"\n[tenants.a]\nstore = \"/s/x.db\"\n[tenants.b]\nstore = \"/s/x.db\"\n\
         [tenants.b.audit]\nkey_file = \"/k\"\n[tenants.c]\nstore = \"/s/top.db\"\n\
         [tenants.c.audit]\nkey_file = \"/k\"\n",
    );
    assert_eq!(
        told,
        [
            (
                "tenants.b.store",
                "a path of its own, since tenants.a.store has this one"
            ),
            (
                "tenants.c.store",
                "a path of its own, since store has this one"
            ),
            (
                "tenants.c.audit.key_file",
                "a path of its own, since tenants.b.audit.key_file has this one"
            ),
        ]
        .map(|(key, expected)| (key.to_owned(), expected.to_owned()))
    );
    let told = mistakes("[analytics]\nfile = \"/f\"\n[tenants.a.cache]\nttl = \"1s\"\n");
    assert_eq!(told[0].0, "analytics.file");
    assert!(
        told[0].1.starts_with("tenants.NAME.analytics.file"),
        "{told:?}"
    );
}

#[test]
fn one_of_them_can_be_asked_for_and_flags_win_there_too() {
    let (_place, mut sources) = sources(TWO);
    sources.tenant = Some("emea".to_owned());
    let flag = (
        "upstream.api_base",
        "http://127.0.0.1:1".to_owned(),
        "--api-base",
    );
    sources.flags.push(flag);
    let loaded = sources.load().expect("fine");
    assert_eq!(loaded.settings.tenant, "emea");
    assert!(loaded.tenants.is_empty());
    let base = loaded.settings.upstream.api_base.expect("a place");
    assert_eq!(base.as_str(), "http://127.0.0.1:1/");
    sources.tenant = Some("nobody".to_owned());
    let mistakes = sources.load().expect_err("no such tenant").0;
    assert_eq!(mistakes[0].expected, "one of the tenants: apac, emea");
}

#[test]
fn the_sandbox_knows_no_tenants() {
    let (_place, mut sources) = sources(TWO);
    sources.sandbox = Some(SandboxSettings {
        tenant: "sandbox".to_owned(),
        store: "/s/sandbox.db".to_owned(),
        dialect: "recommendations",
        upstream: Vec::new(),
    });
    assert!(sources.load().expect("fine").tenants.is_empty());
}

#[test]
fn the_example_of_the_template_is_a_tenant_once_its_marks_are_removed() {
    let template = template(&OwnContacts::default());
    let (_, example) = template.split_once("[tenants.").expect("an example");
    let example: Vec<&str> = example
        .lines()
        .map(|line| line.trim_start_matches("# "))
        .collect();
    let loaded = load(&format!("[tenants.{}", example.join("\n")));
    assert_eq!(loaded.tenants.len(), 1);
}
