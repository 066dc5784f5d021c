//! The upstream told of engagements, by the program as it is used.

use serde_json::Value;

use crate::harness::{Call, Home, Upstream, recommendations};

const TOLD: &str = "AGENT_ASSIST_UPSTREAM__REPORT_ENGAGEMENTS";

/// The program in the dialect that has words for engagements, telling of them or not.
fn call(home: &Home, upstream: &Upstream, told: bool, words: &str) -> Call {
    let call = upstream.call(home, &format!("--dialect suggestions {words}"));
    call.env(TOLD, told.to_string())
}

/// What the upstream recommends in its first conversation.
fn fetched(home: &Home, upstream: &Upstream, told: bool) -> Vec<String> {
    let conversation = upstream.conversation(0);
    let words = format!("fetch --conversation {conversation} --min-relevance 0");
    let answer = call(home, upstream, told, &words).exits(0).json();
    let items = recommendations(&answer).iter();
    items
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect()
}

fn engage(home: &Home, upstream: &Upstream, told: bool, item: &str, kind: &str) {
    let conversation = upstream.conversation(0);
    let words =
        format!("engage --conversation {conversation} --recommendation {item} --kind {kind}");
    call(home, upstream, told, &words).exits(0);
}

fn posts(upstream: &Upstream) -> Vec<(String, Option<u16>)> {
    let journal = upstream.sandbox().journal().into_iter();
    journal
        .filter(|entry| entry.route == "engagement")
        .map(|entry| (entry.path, entry.status))
        .collect()
}

/// The upstream's line of `events list`.
fn standing(home: &Home, upstream: &Upstream, told: bool) -> Value {
    let listed = call(home, upstream, told, "events list --output json").exits(0);
    listed.json()[0].clone()
}

#[test]
fn what_an_agent_does_the_upstream_is_told_once() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let items = fetched(&home, &upstream, true);
    engage(&home, &upstream, true, &items[0], "copied");
    let path = format!(
        "/api/v2/conversations/{}/suggestions/{}/engagement",
        upstream.conversation(0),
        items[0]
    );
    assert_eq!(posts(&upstream), [(path, Some(200))]);
    call(&home, &upstream, true, "events deliver").exits(0);
    fetched(&home, &upstream, true);
    assert_eq!(posts(&upstream).len(), 1);
    let standing = standing(&home, &upstream, true);
    assert_eq!(
        (&standing["sink"], &standing["waiting"]),
        (&"upstream".into(), &0.into())
    );
    let question = "SELECT recommendation_id, act, outcome, upstream_status FROM audit_forwards";
    let asked = home
        .call("audit query --output json")
        .arg(question)
        .exits(0);
    let row = &asked.json()[0];
    assert_eq!(row["recommendation_id"], items[0].as_str());
    assert_eq!(
        (&row["act"], &row["outcome"]),
        (&"copied".into(), &"acknowledged".into())
    );
}

#[test]
fn switched_off_it_is_told_nothing() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let items = fetched(&home, &upstream, false);
    engage(&home, &upstream, false, &items[0], "copied");
    assert_eq!(posts(&upstream), []);
    // Nor once it is switched on, which is for what comes then.
    engage(&home, &upstream, true, &items[1], "dismissed");
    assert_eq!(posts(&upstream).len(), 1);
    let refused = call(&home, &upstream, false, "events list").exits(2);
    refused.says(&["no sink is set"]);
}

#[test]
fn what_it_may_not_be_told_says_which_permission_is_missing_and_is_told_again_on_demand() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let items = fetched(&home, &upstream, true);
    upstream.fault("engagement:status=403,times=1");
    engage(&home, &upstream, true, &items[0], "rated_positive");
    let dead = call(&home, &upstream, true, "events list --dead --output json")
        .exits(0)
        .json();
    assert_eq!(
        dead[0]["why"],
        "status 403, code missing.permissions, needs conversation:suggestionEngagement:add"
    );
    call(&home, &upstream, true, "events redrive --sink upstream").exits(0);
    call(&home, &upstream, true, "events deliver").exits(0);
    let statuses: Vec<_> = posts(&upstream)
        .into_iter()
        .map(|(_, status)| status)
        .collect();
    assert_eq!(statuses, [Some(403), Some(200)]);
}

#[test]
fn what_waits_when_it_is_switched_off_is_kept_and_shown() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let items = fetched(&home, &upstream, true);
    upstream.fault("engagement:status=503");
    engage(&home, &upstream, true, &items[0], "copied");
    upstream.sandbox().clear_faults();
    fetched(&home, &upstream, false);
    let standing = standing(&home, &upstream, false);
    assert_eq!(standing["waiting"], 1);
    assert_eq!(standing["held"], "switched off by the settings");
    call(&home, &upstream, false, "events list --output table").exits(0);
}

#[test]
fn doctor_says_whether_the_upstream_is_told() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let told = |told: bool, dialect: &str| {
        let call = upstream.call(&home, &format!("--dialect {dialect} doctor --output json"));
        let checks = call.env(TOLD, told.to_string()).run().json();
        let checks = checks.as_array().expect("a list").clone();
        let check = checks
            .into_iter()
            .find(|check| check["name"] == "engagements");
        check.expect("a check")
    };
    assert_eq!(told(false, "suggestions")["status"], "ok");
    let on = told(true, "suggestions");
    assert!(
        on["finding"]
            .as_str()
            .expect("a text")
            .contains("conversation:suggestionEngagement:add")
    );
    assert_eq!(told(true, "recommendations")["status"], "warning");
}

#[test]
fn the_embedded_sandbox_is_told_nothing_and_neither_is_the_real_upstream_of_it() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let answer = home
        .call("--dialect suggestions fetch --sandbox")
        .env(TOLD, "true")
        .exits(0)
        .json();
    let conversation = answer["conversation_id"].as_str().expect("a conversation");
    let item = recommendations(&answer)[0]["id"].as_str().expect("an id");
    let words = format!(
        "engage --sandbox --conversation {conversation} --recommendation {item} --kind copied"
    );
    call(&home, &upstream, true, &words).exits(0);
    assert_eq!(posts(&upstream), []);
}

#[test]
fn the_upstreams_counts_are_held_against_ours() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let items = fetched(&home, &upstream, true);
    engage(&home, &upstream, true, &items[0], "inserted");
    // By another client, or before it was to be told.
    engage(&home, &upstream, false, &items[1], "dismissed");
    let compare = |output: &str| {
        let words = format!("report --reconcile --since 1h --output {output}");
        call(&home, &upstream, true, &words).exits(0)
    };
    let compared = compare("json").json();
    assert_eq!(compared["told"], true);
    let total = |measure: &str, side: &str| -> u64 {
        let counts = compared["counts"].as_array().expect("counts").iter();
        let of = counts.filter(|count| count["measure"] == measure);
        of.map(|count| count[side].as_u64().expect("a count")).sum()
    };
    assert_eq!((total("copied", "ours"), total("copied", "theirs")), (1, 1));
    assert_eq!(
        (total("dismissed", "ours"), total("dismissed", "theirs")),
        (1, 0)
    );
    let (ours, theirs) = (total("suggestions", "ours"), total("suggestions", "theirs"));
    assert!(
        ours > 3 && ours < theirs,
        "{ours} of {theirs}: some were not shown"
    );
    let told = compare("table").stdout;
    assert!(told.contains("counts differ from the upstream's"), "{told}");
    assert!(told.contains("its statistics lag behind"), "{told}");

    upstream.fault("aggregates:status=403");
    let refused = call(&home, &upstream, true, "report --reconcile --since 1h").exits(3);
    refused.says(&["analytics:agentCopilotAggregate:view"]);
    let words = "--dialect recommendations report --reconcile --since 1h";
    upstream
        .call(&home, words)
        .exits(2)
        .says(&["no counts to compare with"]);
    home.call("report --reconcile").exits(2).says(&["--since"]);
}
