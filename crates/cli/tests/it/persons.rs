//! People in what is kept: by pseudonym, known to who holds the key, and to nobody once they are erased.

use serde_json::{Value, json};

use super::harness::{Home, Upstream};

const AGENT: &str = "maria.lopez";
const CUSTOMER: &str = "customer-4711";

fn is_stored(home: &Home, text: &str) -> bool {
    let files = home.stored();
    assert!(!files.is_empty(), "there is something to search");
    files
        .iter()
        .any(|(_, bytes)| bytes.windows(text.len()).any(|at| at == text.as_bytes()))
}

fn recorded_agents(home: &Home) -> Vec<Value> {
    let entries = home
        .ok("audit list --oldest-first --event assist_fetch_completed --event assist_fetch_hit");
    let entries = entries.json();
    let entries = entries.as_array().expect("a list");
    entries
        .iter()
        .map(|record| record["entry"]["agent"]["id"].clone())
        .collect()
}

/// A home with two fetches of the agent for the customer, and the agent's pseudonym.
fn with_an_agent() -> (Home, Upstream, String) {
    let home = Home::new();
    let upstream = Upstream::start();
    for _ in 0..2 {
        let people = format!("--agent {AGENT} --customer {CUSTOMER}");
        upstream.fetch(&home).words(&people).exits(0);
    }
    let known = home.ok(&format!("audit whois --agent {AGENT}")).json();
    let pseudonym = known[0]["pseudonym"].as_str().expect("a pseudonym");
    let pseudonym = pseudonym.to_owned();
    (home, upstream, pseudonym)
}

#[test]
fn people_are_on_record_by_pseudonyms_that_the_key_resolves() {
    let (home, _upstream, pseudonym) = with_an_agent();
    for person in [AGENT, CUSTOMER] {
        assert!(!is_stored(&home, person), "{person}");
    }
    assert!(is_stored(&home, &pseudonym));
    assert_eq!(recorded_agents(&home), [json!(pseudonym), json!(pseudonym)]);

    let known = home.ok(&format!("audit whois {pseudonym}")).json();
    let expected = json!([{"pseudonym": pseudonym, "kind": "agent", "epoch": 1, "status": "known",
        "id": AGENT}]);
    assert_eq!(known, expected);
    let customer = home
        .ok(&format!("audit whois --customer {CUSTOMER}"))
        .json();
    let by_view = home
        .call("audit query")
        .arg("SELECT DISTINCT customer_id FROM audit_customers")
        .exits(0)
        .json();
    assert_eq!(by_view[0]["customer_id"], customer[0]["pseudonym"]);
    let other = home.ok("audit whois --agent somebody-else").json();
    assert_eq!(other, json!([]));

    // Without the key nobody learns anything.
    let key = home.data("agent-assist.db.persons.key");
    let kept = std::fs::read(&key).expect("a key");
    std::fs::remove_file(&key).expect("removed");
    home.call(&format!("audit whois {pseudonym}"))
        .exits(6)
        .says(&["persons.key"]);
    std::fs::write(&key, kept).expect("restored, but for everybody to read");
    #[cfg(unix)]
    home.call(&format!("audit whois {pseudonym}"))
        .exits(6)
        .says(&["may be read by others", "chmod 600"]);
}

#[test]
fn an_erased_agent_is_nobody() {
    let (home, upstream, pseudonym) = with_an_agent();
    let erase = format!("audit erase --agent {AGENT} --by auditor");
    for answer in ["", "no\n"] {
        let refused = home.call(&erase).input(answer).exits(2);
        refused.says(&[
            "4 fields of records",
            "cannot be undone",
            "nothing was erased",
        ]);
    }
    assert_eq!(recorded_agents(&home).len(), 2);
    let known = home.ok(&format!("audit whois {pseudonym}")).json();
    assert_eq!(known[0]["id"], AGENT);

    let erased = home.call(&erase).input("yes\n").exits(0).json();
    let expected = json!({"erased": "agent", "pseudonyms": [pseudonym], "conversation_ids": [],
        "fields": 4, "keys": 1, "answers": 0, "plain_records": 0, "seq": 9});
    assert_eq!(erased, expected);
    let nobody = home.ok(&format!("audit whois {pseudonym}")).json();
    assert_eq!(
        (&nobody[0]["status"], &nobody[0]["id"]),
        (&json!("unknown"), &Value::Null)
    );
    assert_eq!(
        home.ok(&format!("audit whois --agent {AGENT}")).json(),
        json!([])
    );
    assert!(!is_stored(&home, AGENT));
    assert!(is_stored(&home, &pseudonym), "records stay as they are");
    let question = "SELECT stage, erased, fields, keys, erased_by FROM audit_erasures";
    let rows = home.call("audit query").arg(question).exits(0).json();
    let intent = json!({"stage": "intended", "erased": "agent", "fields": 4, "keys": 0, "erased_by": "auditor"});
    let outcome =
        json!({"stage": "done", "erased": "agent", "fields": 4, "keys": 1, "erased_by": "auditor"});
    assert_eq!(rows, json!([intent, outcome]));

    let again = home.ok(&format!("{erase} --yes")).json();
    assert_eq!((&again["seq"], &again["keys"]), (&Value::Null, &json!(0)));
    upstream
        .fetch(&home)
        .words(&format!("--agent {AGENT}"))
        .exits(0);
    let agents = recorded_agents(&home);
    assert_eq!(agents.len(), 3);
    assert_ne!(
        agents[2],
        json!(pseudonym),
        "nothing leads from now to then"
    );
}

#[test]
fn an_erased_conversation_leaves_no_answer_and_no_key_behind() {
    let home = Home::new();
    let upstream = Upstream::start();
    let keep = |home: &Home| {
        let call = upstream.fetch(home).words("--min-relevance 0 --limit 100");
        call.env("AGENT_ASSIST_AUDIT__KEEP_TEXT", "true").exits(0)
    };
    let answer = keep(&home).json();
    let shown = answer["recommendations"].as_array().expect("a list").len();
    let title = answer["recommendations"][0]["title"]
        .as_str()
        .expect("a title");
    assert!(is_stored(&home, title), "the cache has it for a while");
    let conversation = upstream.conversation(0);
    let erased = home.ok(&format!("audit erase --yes --conversation {conversation}"));
    let erased = erased.json();
    assert_eq!(erased["conversation_ids"], json!([conversation]));
    assert_eq!(
        (&erased["keys"], &erased["answers"]),
        (&json!(1), &json!(1))
    );
    assert!(erased["fields"].as_u64() >= Some(shown as u64), "{erased}");
    // What is kept of it is sealed under a key that is no more.
    assert!(is_stored(&home, "text_sealed"));
    assert!(!is_stored(&home, title));
    assert_eq!(home.ok("cache stats").json()["entries"], 0);
}

#[test]
fn a_new_epoch_gives_new_pseudonyms_and_the_old_ones_are_still_known() {
    let (home, upstream, first) = with_an_agent();
    let begun = home.ok("audit new-epoch");
    assert_eq!(begun.json(), json!({"epoch": 2}));
    begun.says(&["until they are started again"]);
    upstream
        .fetch(&home)
        .words(&format!("--agent {AGENT}"))
        .exits(0);
    let known = home.ok(&format!("audit whois --agent {AGENT}")).json();
    assert_eq!(known[0]["pseudonym"], json!(first));
    let second = known[1]["pseudonym"].as_str().expect("a pseudonym");
    assert!(second.starts_with("agent~2~"), "{second}");
    let erased = home
        .ok(&format!("audit erase --yes --agent {AGENT}"))
        .json();
    assert_eq!((&erased["fields"], &erased["keys"]), (&json!(6), &json!(2)));
    assert_eq!(
        home.ok(&format!("audit whois --agent {AGENT}")).json(),
        json!([])
    );
}

#[test]
fn a_lost_key_is_no_reason_to_give_everybody_a_second_pseudonym() {
    let (home, upstream, first) = with_an_agent();
    let key = home.data("agent-assist.db.persons.key");
    std::fs::remove_file(&key).expect("removed");
    let refused = upstream
        .fetch(&home)
        .words(&format!("--agent {AGENT}"))
        .exits(6);
    refused.says(&["the key of epoch 1 is not the one", "audit new-epoch"]);
    assert_eq!(home.ok("audit new-epoch").json()["epoch"], 2);
    upstream
        .fetch(&home)
        .words(&format!("--agent {AGENT}"))
        .exits(0);
    let known = home.ok(&format!("audit whois {first}")).json();
    assert_eq!(
        (&known[0]["status"], &known[0]["id"]),
        (&json!("no_key"), &Value::Null)
    );
    let erased = home.ok(&format!("audit erase --yes --agent {AGENT}"));
    erased.says(&["the key of epoch 1 is not in the key file"]);
    assert_eq!(erased.json()["keys"], 1, "of the second epoch");
}

#[test]
fn what_is_asked_of_people_says_what_is_wrong_with_it() {
    let (home, upstream, pseudonym) = with_an_agent();
    home.call("audit whois maria")
        .exits(2)
        .says(&["another form", "agent~1~"]);
    home.call("audit whois").exits(2);
    home.call("audit erase").exits(2);
    home.call("audit erase --agent a --customer b").exits(2);
    home.call("audit erase --yes --agent")
        .arg("")
        .exits(2)
        .says(&["1 to 128 characters"]);
    home.call("audit erase --yes --agent a --by")
        .arg("")
        .exits(2)
        .says(&["--by"]);
    let taken = upstream
        .fetch(&home)
        .words(&format!("--agent {pseudonym}"))
        .exits(2);
    taken.says(&["agent_id", "not a pseudonym"]);
    home.call("audit query")
        .arg("SELECT * FROM person")
        .exits(2)
        .says(&["rows of people"]);
    home.call("audit erase --yes --agent a --store /nowhere/at-all")
        .exits(6)
        .says(&["there is no store"]);
}
