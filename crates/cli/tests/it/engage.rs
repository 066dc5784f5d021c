//! What became of recommendations, told one by one and in a stream; and what a supervisor sees of it.

use serde_json::{Value, json};

use super::harness::{Home, Upstream, recommendations, texts};

/// A home in which the sandbox was asked once; the conversation, the session, and what was shown.
fn after_a_fetch() -> (Home, String, String, Vec<String>) {
    let home = Home::new();
    let answer = home.ok("fetch --sandbox --queue q-1").json();
    let text = |name: &str| answer[name].as_str().expect("a text").to_owned();
    let shown = texts(recommendations(&answer), "id");
    let shown = shown.into_iter().map(str::to_owned).collect();
    (home, text("conversation_id"), text("session_id"), shown)
}

#[test]
fn what_was_printed_was_displayed_and_is_on_record_once() {
    let (home, conversation, _, shown) = after_a_fetch();
    let report = home.ok("report --sandbox").json();
    assert_eq!(report["engagement"]["displayed"], shown.len());
    assert_eq!(report["engagement"]["verified"], true);
    let list = home.ok("audit list --sandbox --event assist_recommendation_engaged");
    assert_eq!(list.json().as_array().map(Vec::len), Some(1), "{list}");
    let replay = home
        .ok(&format!(
            "audit replay --sandbox --conversation {conversation}"
        ))
        .json();
    assert_eq!(replay["displayed"], "confirmed");
    // Printed again from the cache, it is no second exposure.
    home.ok("fetch --sandbox --queue q-1");
    let report = home.ok("report --sandbox").json();
    assert_eq!(report["engagement"]["emitted"], shown.len());
    assert_eq!(report["engagement"]["displayed"], shown.len());
}

#[test]
fn one_event_is_told_with_its_kind_and_time() {
    let (home, conversation, session, shown) = after_a_fetch();
    let engage = |kind: &str| {
        home.call("engage --sandbox --at 2026-05-04T09:00:00Z --event-id e-1")
            .words(&format!(
                "--conversation {conversation} --session {session}"
            ))
            .words(&format!("--recommendation {} --kind {kind}", shown[0]))
    };
    assert_eq!(engage("copied").exits(0).json()["kind"], "copied");
    assert_eq!(engage("copied").exits(0).json()["replay"], true);
    engage("opened")
        .exits(2)
        .says(&["already names another event"]);
    engage("admired")
        .exits(2)
        .says(&["kind", "one of displayed"]);
    home.call("engage --sandbox")
        .exits(2)
        .says(&["conversation_id", "recommendation_id", "kind"]);
}

#[test]
fn a_stream_is_answered_line_by_line() {
    let (home, conversation, session, shown) = after_a_fetch();
    let line = |recommendation: &str, kind: &str, event: &str| {
        json!({
            "conversation_id": conversation, "session_id": session, "agent_id": "a-1",
            "recommendation_id": recommendation, "kind": kind, "event_id": event,
            "at": "2026-05-04T09:00:00Z",
        })
        .to_string()
    };
    let lines = [
        line(&shown[0], "opened", "e-1"),
        line(&shown[0], "inserted", "e-2"),
        "no json".to_owned(),
        line("never-shown", "used", "e-3"),
        line(&shown[1], "dismissed", "e-4"),
        line(&shown[0], "opened", "e-1"),
    ];
    let run = home
        .call("engage --sandbox --batch -")
        .input(lines.join("\n"))
        .exits(2);
    run.says(&["2 of 6 lines refused"]);
    let answers = run.json_lines();
    let told: Vec<Value> = answers
        .iter()
        .map(|answer| json!([answer["line"], answer["kind"], answer["replay"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!([1, "opened", false]),
            json!([2, "inserted", false]),
            json!([3, null, null]),
            json!([4, null, null]),
            json!([5, "dismissed", false]),
            json!([6, "opened", true]),
        ]
    );
    let reason = answers[3]["error"].as_str().expect("a reason");
    assert!(reason.contains("never given out"), "{reason}");
    let report = home.ok("report --sandbox").json();
    assert_eq!(report["engagement"]["adoption"]["count"], 1);
    assert_eq!(report["engagement"]["dismissal"]["count"], 1);
}

#[test]
fn a_report_counts_apart_and_leads_with_a_sentence() {
    let (home, _, _, shown) = after_a_fetch();
    let by_queue = home.ok("report --sandbox --by queue").json();
    assert_eq!(by_queue["groups"][0]["group"], "q-1");
    assert_eq!(by_queue["groups"][0]["emitted"], shown.len());
    let csv = home.ok("report --sandbox --by kind --output csv").stdout;
    let mut lines = csv.lines();
    let columns = lines.next().expect("a header").split(',').count();
    for line in lines {
        assert_eq!(line.split(',').count(), columns, "{csv}");
    }
    let table = home.ok("report --sandbox --by day --output table").stdout;
    let sentence = table.split("\n\n").next().expect("a sentence");
    assert!(sentence.contains("shown in 1 conversation"), "{table}");
    assert!(sentence.contains("0 used"), "{table}");
    home.call("report --sandbox --by agent")
        .exits(2)
        .says(&["report.by_agent = true"]);
    home.call("report --sandbox --by agent")
        .env("AGENT_ASSIST_REPORT__BY_AGENT", "true")
        .exits(0);
    home.call("report --sandbox --by mood")
        .exits(2)
        .says(&["hour, day, queue"]);
    home.call("audit list --sandbox --output csv")
        .exits(2)
        .says(&["only `report` writes csv"]);
}

#[test]
fn what_was_given_out_past_its_time_is_counted_apart_in_every_notation() {
    let (home, upstream) = (Home::new(), Upstream::start());
    // One at first; the renewal behind the second answer brings all of them, and the third shows them.
    upstream.fault("recommendations:body=ids_equal,times=1");
    let shown = [(); 3].map(|()| {
        let fetch = upstream.fetch(&home).env("AGENT_ASSIST_CACHE__TTL", "1us");
        recommendations(&fetch.exits(0).json()).len()
    });
    let late = shown[2];
    assert!(shown[..2] == [1, 1] && late > 1, "{shown:?}");
    let report = home.ok("report --by origin").json();
    let groups: Vec<Value> = report["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .map(|of| json!([of["group"], of["emitted"]]))
        .collect();
    let [stale, rest @ ..] = &groups[..] else {
        panic!("{report}");
    };
    assert_eq!(*stale, json!(["stale", late]), "{report}");
    assert_eq!(rest, [json!(["upstream", 1])], "{report}");
    let csv = home.ok("report --by origin --output csv").stdout;
    assert!(csv.contains(&format!("\nstale,1,{late},{late},")), "{csv}");
    let table = home.ok("report --by origin --output table").stdout;
    let row = table.lines().find(|line| line.contains("stale"));
    assert!(
        row.is_some_and(|row| row.contains(&late.to_string())),
        "{table}"
    );
}
