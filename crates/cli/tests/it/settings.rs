//! Settings as a person meets them: shown with their origin, checked all at once, written once.

use serde_json::Value;

use super::harness::{Call, Home};

/// Value and origin of a setting, as `config show` tells them.
fn shown(call: Call, name: &str) -> (String, String) {
    let run = call.words("--output json").exits(0);
    let lines = run.json();
    let line = lines
        .as_array()
        .and_then(|lines| lines.iter().find(|line| line["name"] == name))
        .unwrap_or_else(|| panic!("no {name} in {run}"));
    let text = |value: &Value| value.as_str().unwrap_or("null").to_owned();
    (text(&line["value"]), text(&line["origin"]))
}

#[test]
fn a_flag_beats_the_environment_beats_the_profile_beats_the_file_beats_the_default() {
    let home = Home::new();
    let told = |words: &str| shown(home.call("config show").words(words), "dialect");
    assert_eq!(told(""), ("suggestions".into(), "default".into()));

    let file = home.write(
        "config/agent-assist/config.toml",
        "dialect = \"recommendations\"\n[profile.lab]\ndialect = \"suggestions\"\n",
    );
    let file = file.display().to_string();
    assert_eq!(told(""), ("recommendations".into(), file.clone()));
    let lab = ("suggestions".to_owned(), format!("{file} [profile.lab]"));
    assert_eq!(told("--profile lab"), lab);

    let by_variable = |words: &str| {
        let call = home.call("config show --profile lab").words(words);
        shown(
            call.env("AGENT_ASSIST_DIALECT", "recommendations"),
            "dialect",
        )
    };
    let variable = "environment AGENT_ASSIST_DIALECT".to_owned();
    assert_eq!(by_variable(""), ("recommendations".into(), variable));
    let flag = ("suggestions".into(), "--dialect".into());
    assert_eq!(by_variable("--dialect suggestions"), flag);
}

#[test]
fn a_file_and_a_profile_may_be_named_by_flag_or_variable() {
    let home = Home::new();
    let file = home.write("lab.toml", "[profile.lab]\ncache.ttl = \"1m\"\n");
    let by_flag = home.call("config show --profile lab --config").arg(&file);
    assert_eq!(shown(by_flag, "cache.ttl").0, "1m");
    let by_variable = home
        .call("config show")
        .env("AGENT_ASSIST_CONFIG", &file)
        .env("AGENT_ASSIST_PROFILE", "lab");
    assert_eq!(shown(by_variable, "cache.ttl").0, "1m");
}

#[test]
fn the_stores_place_follows_the_flag_the_variable_and_the_data_folder() {
    let home = Home::new();
    let standard = home.data("agent-assist.db").display().to_string();
    assert_eq!(
        shown(home.call("config show"), "store"),
        (standard, "default".into())
    );
    let mine = home.path("mine.db");
    let by_variable = home.call("cache purge").env("AGENT_ASSIST_STORE", &mine);
    by_variable.exits(0);
    assert!(mine.is_file());
    let other = home.path("deeper/other.db");
    let by_flag = home.call("cache purge").env("AGENT_ASSIST_STORE", &mine);
    by_flag.arg("--store").arg(&other).exits(0);
    assert!(other.is_file());
}

#[test]
fn the_vendors_variables_are_understood_and_secrets_are_hidden() {
    let home = Home::new();
    let call = |words: &str| {
        home.call(words)
            .env("GENESYSCLOUD_REGION", "mypurecloud.ie")
            .env("GENESYSCLOUD_OAUTHCLIENT_ID", "client-7")
            .env("GENESYSCLOUD_OAUTHCLIENT_SECRET", "canary-secret")
            .env("GENESYSCLOUD_ACCESS_TOKEN", "canary-token")
    };
    let region = shown(call("config show"), "upstream.region");
    let origin = "environment GENESYSCLOUD_REGION".to_owned();
    assert_eq!(region, ("mypurecloud.ie".into(), origin));
    assert_eq!(
        shown(call("config show"), "upstream.client_id").0,
        "client-7"
    );
    for name in ["upstream.client_secret", "upstream.access_token"] {
        assert_eq!(shown(call("config show"), name).0, "(hidden)");
    }
    for format in ["json", "ndjson", "table"] {
        let run = call("config show -vvv --output").arg(format).exits(0);
        assert!(run.stdout.contains("(hidden)"), "{run}");
        assert!(!format!("{run}").contains("canary"), "{run}");
    }
}

#[test]
fn a_check_tells_every_mistake_at_once_with_its_place() {
    let home = Home::new();
    let fine = home.ok("config check");
    fine.says(&["the settings are fine"]);
    assert!(fine.stdout.is_empty(), "{fine}");

    let file = home.write(
        "config/agent-assist/config.toml",
        "tenant = \"t\"\ncolour = \"red\"\n[cache]\nttl = 15\n[upstream]\n\
         client_secret = \"canary\"\nregion = \"atlantis\"\n",
    );
    let run = home
        .call("config check")
        .env("AGENT_ASSIST_SCREENING__MIN_RELEVANCE", "7")
        .env("AGENT_ASSIST_AUDIT__STRICT", "perhaps")
        .exits(2);
    run.says(&[
        "6 mistakes",
        "colour",
        "cache.ttl: expected a duration with its unit such as 250ms, 3s or 15m, at most a year, found \"15\"",
        "upstream.client_secret",
        "client_secret_file",
        "upstream.region",
        "found \"atlantis\"",
        "screening.min_relevance",
        "audit.strict",
        "AGENT_ASSIST_AUDIT__STRICT",
        &file.display().to_string(),
    ]);
    assert!(!run.stderr.contains("canary"), "{run}");
}

#[test]
fn a_bare_zero_is_no_duration_either() {
    let home = Home::new();
    let run = home
        .call("config check")
        .env("AGENT_ASSIST_CACHE__TTL", "0")
        .exits(2);
    run.says(&["cache.ttl"]);
}

#[test]
fn a_settings_file_is_written_once_and_changes_nothing() {
    let home = Home::new();
    let values = || {
        let shown = home.ok("config show").json();
        let shown = shown.as_array().expect("a list").iter();
        let value = |line: &Value| (line["name"].clone(), line["value"].clone());
        shown.map(value).collect::<Vec<_>>()
    };
    let before = values();
    let file = home.path("config/agent-assist/config.toml");
    home.ok("config init")
        .says(&["written", &file.display().to_string()]);
    let template = std::fs::read_to_string(&file).expect("written");
    assert!(template.contains("# ttl = \"15s\""), "{template}");
    // How long records are kept is a decision to be seen.
    assert!(
        template.contains("\nretain_online = \"92d\"\n"),
        "{template}"
    );
    assert!(
        template.contains("\nretain_archived = \"400d\"\n"),
        "{template}"
    );
    assert_eq!(values(), before);
    home.ok("config check").says(&[&file.display().to_string()]);

    std::fs::write(&file, "tenant = \"mine\"\n").expect("written");
    home.call("config init")
        .exits(2)
        .says(&["--force replaces it"]);
    assert_eq!(
        std::fs::read_to_string(&file).expect("there"),
        "tenant = \"mine\"\n"
    );
    home.ok("config init --force");
    assert_eq!(std::fs::read_to_string(&file).expect("there"), template);

    let elsewhere = home.path("elsewhere.toml");
    home.call("config init").arg(&elsewhere).exits(0);
    assert_eq!(std::fs::read_to_string(elsewhere).expect("there"), template);
}

#[test]
fn contacts_of_ones_own_are_written_into_the_settings_and_stay_readable() {
    let home = Home::new();
    let file = home.path("config/agent-assist/config.toml");
    home.call("config init --own-domain example.com --own-email help@example.org --own-phone")
        .arg("+1 800 555 0199")
        .exits(0);
    let written = std::fs::read_to_string(&file).expect("written");
    for line in [
        "phones = [\"+1 800 555 0199\"]",
        "domains = [\"example.com\"]",
        "# accounts = ",
    ] {
        assert!(written.contains(line), "{written}");
    }
    let shown = home.ok("config show").json();
    let lines = shown.as_array().expect("a list");
    let line = lines.iter().find(|line| line["name"] == "pii.allow.emails");
    assert_eq!(line.expect("a line")["value"], "help@example.org");
    home.call("config init --force --own-email nobody").exits(0);
    home.call("config check")
        .exits(2)
        .says(&["pii.allow.emails[0]"]);
}

/// Whoever sits at a terminal is asked; `script` makes one.
#[cfg(target_os = "linux")]
#[test]
fn whoever_sits_at_a_terminal_is_asked_for_contacts_of_ones_own() {
    let home = Home::new();
    let file = home.path("asked.toml");
    let script = "command -v script > /dev/null || exit 99; exec script -qec \"$*\" /dev/null";
    let words = ["-c", script, "sh"].map(std::ffi::OsStr::new);
    let call = home.call("config init").arg(&file).behind("sh", &words);
    let answers = "+1 800 555 0199, +1 800 555 0123\nhelp@example.com\n\n  \n";
    let run = call.input(answers).run();
    if run.code == Some(99) {
        eprintln!("SKIPPED: there is no `script` here");
        return;
    }
    assert_eq!(run.code, Some(0), "{run}");
    for question in [
        "Telephone numbers",
        "Mailboxes",
        "Domains",
        "Bank accounts",
        "written: ",
    ] {
        assert!(run.stdout.contains(question), "{run}");
    }
    let written = std::fs::read_to_string(&file).expect("written");
    for line in [
        "phones = [\"+1 800 555 0199\", \"+1 800 555 0123\"]",
        "emails = [\"help@example.com\"]",
        "# domains = ",
        "# accounts = ",
    ] {
        assert!(written.contains(line), "no {line} in {written}");
    }
    home.call("config check --config").arg(&file).exits(0);
}

#[test]
fn a_variable_that_looks_like_a_setting_but_is_none_is_told_by_name_only() {
    let home = Home::new();
    let run = home
        .call("config show")
        .env("AGENT_ASSIST_UPSTREAM__CLIENT_SECRT", "canary")
        .exits(0);
    run.says(&["warning: AGENT_ASSIST_UPSTREAM__CLIENT_SECRT is no setting"]);
    assert!(!format!("{run}").contains("canary"), "{run}");
}

#[test]
fn no_output_is_coloured_where_there_is_no_terminal_whatever_is_wished() {
    let home = Home::new();
    for call in [
        home.call("fetch --sandbox --output table --explain -v"),
        home.call("fetch --sandbox --output table --no-color"),
        home.call("fetch --sandbox --output table")
            .env("NO_COLOR", "1"),
        home.call("doctor --sandbox --output table")
            .env("NO_COLOR", ""),
    ] {
        let run = call.exits(0);
        assert!(!format!("{run}").contains('\u{1b}'), "{run}");
    }
}

#[test]
fn a_secret_may_come_from_a_file_or_standard_input() {
    let home = Home::new();
    let upstream = super::harness::Upstream::start();
    let ready = upstream.sandbox().ready();
    let fetch = |file: &std::ffi::OsStr| {
        home.call("fetch --no-cache --conversation")
            .arg(upstream.conversation(0))
            .words(&format!("--api-base {}", ready.base_url))
            .env("GENESYSCLOUD_OAUTHCLIENT_ID", &ready.client_id)
            .env("AGENT_ASSIST_UPSTREAM__CLIENT_SECRET_FILE", file)
    };
    let file = home.write("secret", &format!("{}\n", ready.client_secret));
    fetch(file.as_os_str()).exits(0);
    let by_input = fetch("-".as_ref()).input(ready.client_secret.as_str());
    by_input.exits(0);
    let run = fetch("/nowhere/secret".as_ref()).exits(2);
    run.says(&["upstream.client_secret_file"]);
}

#[test]
fn a_token_that_would_travel_readable_is_warned_of_except_on_loopback() {
    let home = Home::new();
    let check = |base: &str| home.call("config check --api-base").arg(base).exits(0);
    let warning = "without TLS";
    check("http://gateway.test").says(&[warning]);
    for base in ["https://gateway.test", "http://127.0.0.1:1"] {
        let run = check(base);
        assert!(!run.stderr.contains(warning), "{run}");
    }
}
