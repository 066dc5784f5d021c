//! Settings: who wins, how mistakes are told, and that secrets are never shown.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use agent_assist_app::settings::{self, Loaded, OwnContacts, SandboxSettings, Sources, keys};
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::pii::Entity;
use agent_assist_domain::recommendation::Kind;
use agent_assist_domain::screening::OnFinding;
use secrecy::ExposeSecret as _;

fn sources(environment: &[(&str, &str)]) -> Sources {
    let mut environment: BTreeMap<String, String> = environment
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    environment.insert("HOME".into(), "/home/somebody".into());
    Sources {
        environment,
        ..Sources::default()
    }
}

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("settings.toml");
    std::fs::write(&path, text).expect("written");
    (dir, path)
}

fn mistakes(sources: &Sources) -> Vec<String> {
    match sources.load() {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.0.iter().map(ToString::to_string).collect(),
    }
}

fn origin_of(loaded: &Loaded, name: &str) -> String {
    loaded
        .show()
        .into_iter()
        .find(|line| line.name == name)
        .expect("a setting")
        .origin
}

#[test]
fn defaults_hold_where_nobody_says_otherwise() {
    let settings = sources(&[]).load().expect("fine").settings;
    assert_eq!(settings.dialect, Dialect::Suggestions);
    assert_eq!(settings.fetch_timeout, Duration::from_secs(3));
    assert_eq!(settings.freshness.ttl, Duration::from_secs(15));
    assert_eq!(settings.policy.min_relevance, 0.5);
    assert!(settings.policy.require_pii_mask);
    assert_eq!(
        settings.store,
        PathBuf::from("/home/somebody/.local/share/agent-assist/agent-assist.db")
    );
}

#[test]
fn a_flag_beats_the_environment_beats_the_profile_beats_the_file() {
    let (_dir, path) = file(
        "[cache]\nttl = \"20s\"\n[fetch]\ntimeout = \"5s\"\n[audit]\nstrict = true\n\
         [profile.night.cache]\nttl = \"30s\"\n[profile.night.fetch]\ntimeout = \"6s\"\n",
    );
    let mut sources = sources(&[("AGENT_ASSIST_CACHE__TTL", "40s")]);
    sources.file = Some(path);
    sources.profile = Some("night".into());
    sources.flags = vec![("cache.ttl", "50s".into(), "--ttl")];
    let loaded = sources.load().expect("fine");
    assert_eq!(loaded.settings.freshness.ttl, Duration::from_secs(50));
    assert_eq!(loaded.settings.fetch_timeout, Duration::from_secs(6));
    assert!(loaded.settings.audit_strict);
    assert_eq!(origin_of(&loaded, "cache.ttl"), "--ttl");
    assert!(origin_of(&loaded, "fetch.timeout").ends_with("[profile.night]"));
}

#[test]
fn the_vendors_own_variables_work_as_they_are() {
    let settings = sources(&[
        ("GENESYSCLOUD_REGION", "eu-central-1"),
        ("GENESYSCLOUD_OAUTHCLIENT_ID", "client"),
        ("GENESYSCLOUD_OAUTHCLIENT_SECRET", "canary-secret"),
    ])
    .load()
    .expect("fine")
    .settings;
    let upstream = settings.upstream;
    assert_eq!(
        upstream.api_base.map(String::from).as_deref(),
        Some("https://api.mypurecloud.de/")
    );
    assert_eq!(
        upstream.login_base.map(String::from).as_deref(),
        Some("https://login.mypurecloud.de/")
    );
    assert!(!format!("{:?}", upstream.credentials).contains("canary"));
}

#[test]
fn the_login_is_at_the_api_base_when_that_is_given_even_beside_a_region() {
    let mut sources = sources(&[("GENESYSCLOUD_REGION", "us-east-1")]);
    sources.flags = vec![(
        "upstream.api_base",
        "http://127.0.0.1:9/".into(),
        "--api-base",
    )];
    let upstream = sources.load().expect("fine").settings.upstream;
    assert_eq!(
        upstream.login_base.map(String::from).as_deref(),
        Some("http://127.0.0.1:9/")
    );
}

#[test]
fn all_mistakes_come_at_once_with_key_expected_form_and_origin() {
    let (_dir, path) = file("[cache]\nttl = 15\nttk = \"1s\"\n[audit]\nstrict = \"maybe\"\n");
    let mut sources = sources(&[
        ("AGENT_ASSIST_DIALECT", "klingon"),
        ("AGENT_ASSIST_SCREENING__MIN_RELEVANCE", "1.5"),
        ("AGENT_ASSIST_UPSTREAM__MAX_PAGES", "0"),
        ("GENESYSCLOUD_REGION", "atlantis"),
    ]);
    sources.file = Some(path.clone());
    let told = mistakes(&sources)
        .join("\n")
        .replace(&path.display().to_string(), "FILE");
    insta::assert_snapshot!(told);
}

#[test]
fn a_secret_is_refused_in_the_file_and_never_shown() {
    let (_dir, path) = file("[upstream]\nclient_secret = \"canary-secret\"\n");
    let mut in_file = sources(&[]);
    in_file.file = Some(path);
    let told = mistakes(&in_file).join("\n");
    assert!(
        told.contains("client_secret_file") && !told.contains("canary"),
        "{told}"
    );

    let loaded = sources(&[
        ("GENESYSCLOUD_OAUTHCLIENT_SECRET", "canary-secret"),
        ("AGENT_ASSIST_UPSTREAM__ACCESS_TOKEN", "canary-token"),
    ])
    .load()
    .expect("fine");
    assert!(!format!("{:?} {:?}", loaded.show(), loaded).contains("canary"));

    let proxy = sources(&[(
        "AGENT_ASSIST_UPSTREAM__PROXY",
        "http://user:canary@proxy.test:8080",
    )]);
    let loaded = proxy.load().expect("fine");
    assert!(!format!("{:?}", loaded.show()).contains("canary"));
    let api = sources(&[(
        "AGENT_ASSIST_UPSTREAM__API_BASE",
        "http://user:canary@api.test",
    )]);
    assert!(!mistakes(&api).join("\n").contains("canary"));
}

#[test]
fn an_unreadable_file_is_told_without_quoting_it() {
    let (_dir, path) = file("client_secret = \"canary-secret\nbroken");
    let mut broken = sources(&[]);
    broken.file = Some(path);
    let told = mistakes(&broken).join("\n");
    assert!(
        told.contains("settings file") && !told.contains("canary"),
        "{told}"
    );
}

#[test]
fn a_secret_is_read_when_it_is_needed_and_its_place_is_not_shown_as_a_mistake() {
    let variable = "AGENT_ASSIST_UPSTREAM__CLIENT_SECRET_FILE";
    let upstream = sources(&[(variable, "/nowhere/canary")])
        .load()
        .expect("fine")
        .settings
        .upstream;
    let secret = upstream.credentials.client_secret.expect("a place");
    assert!(
        !secret
            .read()
            .expect_err("no such file")
            .to_string()
            .contains("canary")
    );
}

#[test]
fn a_tenant_is_a_name() {
    for tenant in ["a\u{7}b", &"t".repeat(129)] {
        let told = mistakes(&sources(&[("AGENT_ASSIST_TENANT", tenant)])).join("\n");
        assert!(
            told.starts_with("tenant: expected 1 to 128 characters"),
            "{told}"
        );
    }
    let (_dir, path) = file("tenant = \"\"\n");
    let mut empty = sources(&[]);
    empty.file = Some(path);
    assert_eq!(mistakes(&empty).len(), 1);
}

#[test]
fn secrets_may_live_in_files_of_their_own() {
    let (_dir, path) = file("the-secret\n");
    let upstream = sources(&[
        ("GENESYSCLOUD_OAUTHCLIENT_ID", "client"),
        (
            "AGENT_ASSIST_UPSTREAM__CLIENT_SECRET_FILE",
            &path.display().to_string(),
        ),
    ])
    .load()
    .expect("fine")
    .settings
    .upstream;
    let secret = upstream.credentials.client_secret.expect("a place");
    assert_eq!(secret.read().expect("read").expose_secret(), "the-secret");
}

#[test]
fn kinds_have_settings_of_their_own() {
    let (_dir, path) = file(
        "[screening.min_relevance_by_kind]\nfaq = 0.9\n[screening.unscored_by_kind]\nscript = \"reject\"\n",
    );
    let mut by_kind = sources(&[(
        "AGENT_ASSIST_SCREENING__MIN_RELEVANCE_BY_KIND__ARTICLE",
        "0.1",
    )]);
    by_kind.file = Some(path);
    let policy = by_kind.load().expect("fine").settings.policy;
    assert_eq!(policy.min_relevance_by_kind[&Kind::Faq], 0.9);
    assert_eq!(policy.min_relevance_by_kind[&Kind::Article], 0.1);
    assert!(policy.unscored.contains_key(&Kind::Script));
}

#[test]
fn beside_the_sandbox_nothing_of_the_real_upstream_is_left() {
    let mut toy = sources(&[
        ("GENESYSCLOUD_ACCESS_TOKEN", "canary-token"),
        ("GENESYSCLOUD_REGION", "us-east-1"),
        ("AGENT_ASSIST_TENANT", "real"),
        ("AGENT_ASSIST_UPSTREAM__MAX_PAGES", "3"),
        ("AGENT_ASSIST_UPSTREAM__REPORT_ENGAGEMENTS", "true"),
    ]);
    toy.sandbox = Some(SandboxSettings {
        tenant: "sandbox".into(),
        store: "/tmp/sandbox.db".into(),
        dialect: "recommendations",
        upstream: vec![("upstream.api_base", "http://127.0.0.1:1".into())],
    });
    let settings = toy.load().expect("fine").settings;
    assert_eq!(settings.tenant, "sandbox");
    assert!(settings.upstream.credentials.access_token.is_none());
    assert_eq!(
        settings.upstream.max_pages, 10,
        "as nobody had said anything"
    );
    assert!(!settings.upstream.report_engagements);
    assert_eq!(
        settings.upstream.api_base.map(String::from).as_deref(),
        Some("http://127.0.0.1:1/")
    );
}

#[test]
fn names_in_the_environment_that_are_no_settings_are_told() {
    let loaded = sources(&[
        ("AGENT_ASSIST_CACHE__TLL", "1s"),
        ("AGENT_ASSIST_LOG", "debug"),
        ("AGENT_ASSIST_LOG_FORMAT", "json"),
    ])
    .load()
    .expect("fine");
    assert_eq!(loaded.layers.unknown_variables, ["AGENT_ASSIST_CACHE__TLL"]);
}

#[test]
fn the_template_explains_every_setting_and_changes_nothing() {
    let template = settings::template(&OwnContacts::default());
    for key in keys::KEYS.iter().filter(|key| !key.secret) {
        assert!(template.contains(key.meaning), "{}", key.name);
    }
    let (_dir, path) = file(&template);
    let mut templated = sources(&[]);
    templated.file = Some(path);
    let plain = format!("{:?}", sources(&[]).load().expect("fine").settings);
    assert_eq!(
        format!("{:?}", templated.load().expect("fine").settings),
        plain
    );
}

#[test]
fn every_line_of_the_template_is_a_setting_once_its_mark_is_removed() {
    let template = settings::template(&OwnContacts::default());
    let settings: Vec<&str> = template
        .lines()
        // With several tenants not all of it can be set.
        .take_while(|line| !line.starts_with("# [tenants"))
        .map(|line| line.trim_start_matches("# "))
        .filter(|line| line.contains(" = ") || line.starts_with('['))
        // No file is there to be read; keys and secrets are read when they are needed.
        .filter(|line| {
            let later = line.starts_with("secret_file") || line.starts_with("key_file");
            later || !line.contains("_file")
        })
        .collect();
    let (_dir, path) = file(&settings.join("\n"));
    let mut all_set = sources(&[]);
    all_set.file = Some(path);
    let dialect = ("dialect", "recommendations".to_owned(), "--dialect");
    all_set.flags.push(dialect);
    all_set.load().expect("fine");
}

#[test]
fn only_what_leaves_the_machine_in_the_clear_is_exposed() {
    let exposed = |base: &str| settings::is_exposed(&base.parse().expect("a URL"));
    assert!(exposed("http://gateway.test") && exposed("http://10.0.0.1"));
    for base in [
        "https://gateway.test",
        "http://127.0.0.1:8080",
        "http://[::1]",
        "http://localhost",
    ] {
        assert!(!exposed(base), "{base}");
    }
}

#[test]
fn what_becomes_of_personal_data_is_a_policy_file_with_lists_and_rules_beside_it() {
    let policy = file("threshold = 60\n[allow]\nemails = [\"a@example.com\"]\n");
    let (_dir, path) = file(&format!(
        "[pii]\npolicy_file = \"{}\"\negress_sample = 5\n\
         [pii.allow]\nphones = [\"+1 800 555 0199\"]\nemails = \"b@example.com\"\n\
         [pii.on_finding]\nus_ssn = \"drop\"\nsuggestions.iban_code = \"drop\"\n\
         [pii.on_violation]\ncredit_card = \"mask\"\n",
        policy.1.display()
    ));
    let mut given = sources(&[("AGENT_ASSIST_PII__ON_FINDING__CVV", "drop")]);
    given.file = Some(path);
    let loaded = given.load().expect("fine");
    let settings = &loaded.settings;
    assert_eq!(settings.pii.egress_sample, 5);
    assert_eq!(settings.pii.policy.threshold.percent(), 60);
    assert_eq!(settings.pii.policy.allow.emails.len(), 2);
    assert_eq!(settings.pii.policy.allow.phones.len(), 1);
    let rules = &settings.policy.on_finding;
    let dropped: Vec<&str> = rules.by_entity.keys().map(Entity::as_str).collect();
    assert_eq!(dropped, ["CVV", "US_SSN"]);
    let of_dialect = (Dialect::Suggestions, Entity::IbanCode);
    assert_eq!(rules.by_dialect.get(&of_dialect), Some(&OnFinding::Drop));
    let in_violations = rules.in_violations.get(&Entity::CreditCard);
    assert_eq!(in_violations, Some(&OnFinding::Mask));
    assert!(origin_of(&loaded, "pii.on_finding.suggestions.iban_code").contains("settings.toml"));
}

#[test]
fn mistakes_about_personal_data_say_where_and_quote_nobody() {
    let policy = file("thresholds = { US_SSN = 400 }\n");
    let (_dir, path) = file(&format!(
        "[pii]\npolicy_file = \"{}\"\n[pii.on_finding]\nus_ssn = \"hide\"\n",
        policy.1.display()
    ));
    let mut given = sources(&[]);
    given.file = Some(path);
    let told = mistakes(&given).join("\n");
    assert!(told.contains("pii.line 1, column"), "{told}");
    assert!(
        told.contains("pii.on_finding.us_ssn: expected mask or drop"),
        "{told}"
    );
    let given = sources(&[
        ("AGENT_ASSIST_PII__ON_FINDING__CREDIT_CRAD", "drop"),
        ("AGENT_ASSIST_PII__ALLOW__EMAILS", "joe.at.example"),
    ]);
    let told = mistakes(&given).join("\n");
    assert!(
        told.contains("pii.allow.emails[0]: expected an e-mail address"),
        "{told}"
    );
    assert!(!told.contains("joe"), "{told}");
    let given = sources(&[("AGENT_ASSIST_PII__ON_FINDING__CREDIT_CRAD", "drop")]);
    let told = mistakes(&given).join("\n");
    assert!(told.contains("something that is looked for"), "{told}");
    let given = sources(&[("AGENT_ASSIST_PII__POLICY_FILE", "/nowhere/policy.toml")]);
    assert!(
        mistakes(&given)
            .join("")
            .contains("pii.policy_file: expected a readable file")
    );
}

/// The page of settings is made from the table that reads them. `UPDATE_DOCS=1` rewrites it.
#[test]
fn the_page_of_settings_says_what_the_program_reads() {
    let mut page = String::from(
        "# Settings\n\nEvery setting can stand in the settings file, in the environment, or both; the \
         stronger wins: flag, environment, profile, file, default. `agent-assist config show` says \
         which value holds and who said it, `config check` reports all mistakes at once, `config \
         init` writes a file with every setting explained. A daemon that runs takes on every other value \
         (SIGHUP, `POST /admin/reload`, `serve --watch`) but of what says *restart*.\n\n\
         | setting | variable | default | form | meaning |\n|---|---|---|---|---|\n",
    );
    for key in keys::KEYS {
        let member = match key.name.split_once('.') {
            Some(("pii", _)) => "ENTITY",
            Some(("analytics", _)) => "NAME",
            _ => "KIND",
        };
        let name = key.name.replace('*', member);
        page.push_str(&format!(
            "| `{name}` | `{}` | {} | {} | {}{} |\n",
            keys::variable(&name),
            if key.default.is_empty() {
                String::new()
            } else {
                format!("`{}`", key.default)
            },
            if key.secret {
                "a secret"
            } else {
                key.form.expected()
            },
            key.meaning,
            match settings::needs_restart(key.name) {
                true => "; *restart*",
                false => "",
            },
        ));
    }
    page.push_str(
        "\n`KIND` is a kind of recommendation such as `knowledge_search` or `faq`, `ENTITY` a kind of \
         personal data in lower case such as `credit_card` or `us_ssn`, `NAME` a name of your own in lower \
         case. In the file, dots are tables: `cache.ttl` is `ttl` below `[cache]`, and `[profile.night.cache]` holds it for \
         `--profile night`.\n\nA daemon of several tenants has a table for each, `[tenants.NAME]`, with what differs: `ttl` \
         below `[tenants.emea.cache]`, or `AGENT_ASSIST_TENANTS__EMEA__CACHE__TTL`. Everything can stand there but \
         `tenant` and, of `serve`, all but `knowledge_sources` ([what is taken over](HTTP.md#tenants)).\n\n\
         The vendor's own variables work as they are:\n\n\
         | variable | setting |\n|---|---|\n",
    );
    for (variable, name) in keys::VENDOR_VARIABLES {
        page.push_str(&format!("| `{variable}` | `{name}` |\n"));
    }
    page.push_str(
        "\n`AGENT_ASSIST_CONFIG` names the settings file, `AGENT_ASSIST_PROFILE` the profile, \
         `AGENT_ASSIST_LOG` sets the log filter itself, `AGENT_ASSIST_LOG_FORMAT` (`text` or `json`) \
         how it is written. Secrets never stand in the settings file or \
         in a flag: they come by environment, from a file of their own, or from standard input.\n",
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/settings.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).expect("written");
    }
    assert_eq!(std::fs::read_to_string(path).expect("the page"), page);
}
