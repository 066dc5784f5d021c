//! Every failure the doctor finds says what to do about it.

use serde_json::Value;

use super::harness::{Call, Home, Upstream};

/// The findings; each failure and warning must come with advice.
fn examine(call: Call, code: i32) -> Vec<Value> {
    let run = call.words("--output json").exits(code);
    let checks = run.json();
    let checks = checks.as_array().expect("a list").clone();
    for check in &checks {
        let needed = check["status"] == "failed" || check["status"] == "warning";
        let advised = check["advice"]
            .as_str()
            .is_some_and(|advice| !advice.is_empty());
        assert!(!needed || advised, "no advice: {check}");
    }
    let failed = checks.iter().any(|check| check["status"] == "failed");
    assert_eq!(failed, code == 7, "{run}");
    checks
}

/// Status, finding and advice of the check of this name, in one text.
fn found(checks: &[Value], name: &str) -> String {
    let check = checks.iter().find(|check| check["name"] == name);
    let check = check.unwrap_or_else(|| panic!("no {name} in {checks:#?}"));
    let text = |member: &str| check[member].as_str().unwrap_or("-").to_owned();
    format!(
        "{}: {} -> {}",
        text("status"),
        text("finding"),
        text("advice")
    )
}

fn assert_has(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "no {word:?} in {text:?}");
    }
}

#[test]
fn a_sound_installation_passes_every_check() {
    let home = Home::new();
    let upstream = Upstream::start();
    let mut call = upstream.call(&home, "doctor --dialect recommendations --conversation");
    call = call.arg(upstream.conversation(0));
    for source in upstream.sources() {
        call = call.arg("--knowledge-source").arg(source);
    }
    let checks = examine(call, 0);
    for check in &checks {
        // Nothing signs the log of a home without settings.
        let expected = match check["name"] == "audit checkpoints" {
            true => "warning",
            false => "ok",
        };
        assert_eq!(check["status"], expected, "{check}");
    }
    for name in [
        "settings",
        "store",
        "connection, clock",
        "token",
        "permission",
        "knowledge source",
        "conversation",
    ] {
        found(&checks, name);
    }
    let told = found(&checks, "conversation");
    assert_has(
        &told,
        &["total received 20", "relevance filtered", "total returned"],
    );
}

#[test]
fn mistaken_settings_are_all_told_before_anything_is_tried() {
    let home = Home::new();
    let call = home
        .call("doctor")
        .env("AGENT_ASSIST_CACHE__TTL", "15")
        .env("GENESYSCLOUD_REGION", "atlantis");
    let checks = examine(call, 7);
    assert_eq!(checks.len(), 2);
    let told = found(&checks[..1], "settings") + &found(&checks[1..], "settings");
    assert_has(
        &told,
        &["cache.ttl", "upstream.region", "250ms", "us-east-1"],
    );
}

#[test]
fn an_unreachable_upstream_is_told_with_where_to_look() {
    let home = Home::new();
    let upstream = Upstream::start();
    let call = upstream.call(&home, "doctor");
    upstream.stop();
    let checks = examine(call, 7);
    let told = found(&checks, "connection, clock");
    assert_has(
        &told,
        &[
            "failed",
            "--api-base",
            "DNS",
            "upstream.proxy",
            "upstream.extra_ca_file",
        ],
    );
    assert_has(&found(&checks, "token"), &["skipped"]);
}

#[test]
fn a_wrong_secret_is_told_as_one() {
    let home = Home::new();
    let upstream = Upstream::start();
    let call = upstream.call(&home, "doctor");
    let checks = examine(call.env("GENESYSCLOUD_OAUTHCLIENT_SECRET", "wrong"), 7);
    let told = found(&checks, "token");
    assert_has(
        &told,
        &[
            "failed",
            "GENESYSCLOUD_OAUTHCLIENT_SECRET",
            "region",
            "client credentials",
        ],
    );
}

#[test]
fn an_expired_ready_token_is_found_out() {
    let home = Home::new();
    let upstream = Upstream::start();
    let call = upstream.call(&home, "doctor");
    let checks = examine(call.env("GENESYSCLOUD_ACCESS_TOKEN", "long-expired"), 7);
    assert_has(&found(&checks, "token"), &["failed"]);
}

#[test]
fn a_missing_right_is_named() {
    let home = Home::new();
    let upstream = Upstream::start();
    upstream.fault("suggestions:status=403");
    let checks = examine(upstream.call(&home, "doctor"), 7);
    let told = found(&checks, "permission");
    assert_has(
        &told,
        &["failed", "conversation:suggestion:view", "division"],
    );
}

#[test]
fn knowledge_sources_that_do_not_exist_or_are_drafts_are_told() {
    let home = Home::new();
    let upstream = Upstream::start();
    let draft = upstream.sandbox().unpublished_sources().remove(0);
    let nobodys = "11111111-2222-4333-8444-555555555555";
    let examine_source = |id: &str, code| {
        let call = upstream.call(&home, "doctor --knowledge-source").arg(id);
        found(&examine(call, code), "knowledge source")
    };
    assert_has(
        &examine_source(&draft, 7),
        &["failed", "is not published", "publish it"],
    );
    assert_has(
        &examine_source(nobodys, 7),
        &["failed", "does not exist", "workbench"],
    );
    assert_has(
        &examine_source(&upstream.sources()[0], 0),
        &["ok", "is published"],
    );
}

#[test]
fn a_conversation_that_shows_nothing_is_explained() {
    let home = Home::new();
    let upstream = Upstream::start();
    let of = |position: usize| {
        upstream
            .call(&home, "doctor --conversation")
            .arg(upstream.conversation(position))
    };
    let checks = examine(of(upstream.without_copilot()), 7);
    assert_has(
        &found(&checks, "conversation"),
        &["no copilot data", "assistant with a copilot"],
    );

    let picky = of(0)
        .words("--dialect recommendations --knowledge-source")
        .arg(&upstream.sources()[0])
        .env("AGENT_ASSIST_SCREENING__MIN_RELEVANCE", "1");
    let told = found(&examine(picky, 7), "conversation");
    assert_has(&told, &["below threshold", "lower screening.min_relevance"]);

    let misspelt = upstream.call(&home, "doctor --conversation c-1");
    assert_has(
        &found(&examine(misspelt, 7), "conversation"),
        &["failed", "UUID"],
    );
}

#[test]
fn an_unusable_store_is_told() {
    let home = Home::new();
    let folder = home.path("folder");
    std::fs::create_dir(&folder).expect("a folder");
    let checks = examine(home.call("doctor --sandbox --store").arg(folder), 7);
    assert_has(&found(&checks, "store"), &["failed", "--store"]);
}

#[test]
fn what_is_left_of_the_allowance_is_told_as_the_upstream_says() {
    let home = Home::new();
    let upstream = Upstream::start();
    let allowance = || found(&examine(upstream.call(&home, "doctor"), 0), "allowance");
    assert_has(&allowance(), &["ok", "of 300 requests a minute left"]);
    upstream.fault("*:header=inin-ratelimit-count:295");
    assert_has(&allowance(), &["warning", "something else uses this token"]);
}

#[test]
fn the_tokens_that_agents_need_follow_from_the_limits_and_the_time_answers_are_kept() {
    let home = Home::new();
    let upstream = Upstream::start();
    let plan = |agents: &str, ttl: &str| {
        let call = upstream.call(&home, "doctor --agents").arg(agents);
        found(
            &examine(call.env("AGENT_ASSIST_CACHE__TTL", ttl), 0),
            "agents",
        )
    };
    // One token may send 300 a minute, of which 70 % are planned with; each agent sends 4.
    assert_has(
        &plan("52", "15s"),
        &[
            "ok",
            "208 requests a minute",
            "the organisation's limits",
            "1 token",
        ],
    );
    assert_has(
        &plan("300", "15s"),
        &[
            "warning",
            "1200 requests a minute",
            "6 tokens, and 1 is set",
            "token_pool = 6",
        ],
    );
    assert_has(&plan("300", "1m"), &["300 requests a minute", "2 tokens"]);
    let pooled = upstream.call(&home, "doctor --agents 300");
    let pooled = pooled.env("AGENT_ASSIST_UPSTREAM__TOKEN_POOL", "6");
    assert_has(&found(&examine(pooled, 0), "agents"), &["ok", "6 tokens"]);
    let told = plan("3000", "15s");
    assert_has(&told, &["warning", "one OAuth client", "86 s or more"]);
    let offline = home.call("doctor --agents 300");
    assert_has(
        &found(&examine(offline, 7), "agents"),
        &["the usual limits", "6 tokens"],
    );
}
