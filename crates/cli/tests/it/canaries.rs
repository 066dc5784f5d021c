//! A value of every kind of personal data the engine knows, planted in all that an upstream can send
//! and a caller can ask; none of them may come out anywhere.
//!
//! The values are texts of the engine's corpus in which it finds them: how well it finds is measured
//! there. Here it counts that nothing leads around it.

use std::path::Path;

use agent_assist_domain::pii::{Entity, Scanner, SubjectTerms};
use serde_json::{Value, json};

use super::harness::{Home, Run, recommendations};
use super::http::{self, Scripted};
use super::leaks::Traces;

const CONVERSATION: &str = "00000000-0000-4000-8000-000000000001";
const AGENT: &str = "agent-not-on-record";

/// A text with one value in it.
struct Planted {
    text: String,
    value: String,
    /// The value where it is one by itself: not every row of digits in an identifier is somebody's.
    identifier: String,
    /// What must not be found: the value, a line of it where it has several, with what stands before it
    /// where it is short and could be anything.
    canary: String,
}

/// One planted text for each kind that can be found without being told of a customer.
fn every_kind() -> Vec<Planted> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pii/corpus/corpus.ndjson");
    let corpus = std::fs::read_to_string(corpus).expect("the engine's corpus");
    let documents: Vec<Value> = corpus
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let scanner = Scanner::new();
    let kinds = Entity::BUILT_IN.iter();
    let kinds = kinds.filter(|entity| **entity != Entity::SubjectTerm);
    kinds
        .map(|entity| {
            let mut found = documents
                .iter()
                .filter_map(|document| planted(document, entity, &scanner));
            found
                .next()
                .unwrap_or_else(|| panic!("no text with {entity}"))
        })
        .collect()
}

fn planted(document: &Value, entity: &Entity, scanner: &Scanner) -> Option<Planted> {
    let text = document["text"].as_str()?;
    let spans = document["spans"].as_array()?;
    let [span] = &spans[..] else { return None };
    let edge = |index: usize| Some(span[index].as_u64()? as usize);
    let (start, end) = (edge(0)?, edge(1)?);
    let value = text.get(start..end)?;
    let is_plain = document["kind"] == "pii" && span[2] == entity.as_str() && text.is_ascii();
    let is_found = || {
        let findings = scanner.scan(text, &SubjectTerms::none());
        let covers = |from: usize, to: usize| from <= start && end <= to;
        findings.iter().any(|find| covers(find.start, find.end))
    };
    // Values that are escaped somewhere on their way would not be found again.
    let is_simple = !text.contains(['"', '\\', '<', '>', '&', '\t']);
    let from = match value.len() {
        0..10 => start.saturating_sub(8),
        _ => start,
    };
    let canary = text.get(from..end)?.lines().max_by_key(|line| line.len())?;
    let is_whole = canary.len() >= 10;
    (is_plain && is_simple && is_whole && is_found()).then(|| Planted {
        text: text.to_owned(),
        value: value.to_owned(),
        identifier: match scanner.scan(value, &SubjectTerms::none()).is_empty() {
            true => "harmless".to_owned(),
            false => value.to_owned(),
        },
        canary: canary.to_owned(),
    })
}

fn recommendations_of(planted: &[Planted]) -> Value {
    let entity = |(
        index,
        Planted {
            text, identifier, ..
        },
    ): (usize, &Planted)| {
        json!({
            "id": format!("r-{index}"), "relevance_score": 0.9, "is_pii_masked": index % 2 == 0,
            "title": text, "text": [text, format!("<b>{text}</b>")], text.clone(): text,
            "knowledge_source_id": identifier, "document_id": identifier, "version_id": identifier,
            "uri": format!("https://kb.example.com/?of={identifier}"), "dateCreated": text, "type": text,
        })
    };
    let ids = planted
        .iter()
        .map(|planted| json!({"id": planted.identifier, "title": "x"}));
    let entities: Vec<Value> = planted.iter().enumerate().map(entity).chain(ids).collect();
    json!({"entities": entities, "total": entities.len()})
}

fn suggestions_of(planted: &[Planted]) -> Value {
    let entity = |(
        index,
        Planted {
            text, identifier, ..
        },
    ): (usize, &Planted)| {
        json!({
            "id": format!("00000000-0000-4000-8000-{index:012}"), "state": "Suggested",
            "context": {"queryStatement": text, "queue": {"id": identifier}, "user": {"id": identifier}},
            "type": "KnowledgeSearch", "knowledgeSearch": {
                "confidence": 0.9, "title": text, "snippets": [text, format!("<b>{text}</b>")],
                "document": {"id": identifier, "selfUri": format!(
                    "/api/v2/knowledge/knowledgebases/{identifier}/documents/{identifier}")},
                "version": {"id": identifier}, "searchId": identifier,
                "knowledgeAnswer": {"answer": text, "startIndex": 0, "endIndex": text.len()},
            },
        })
    };
    let scripts = planted
        .iter()
        .enumerate()
        .map(|(index, Planted { text, .. })| {
            json!({
                "id": format!("00000000-0000-4000-9000-{index:012}"), "state": "Suggested",
                "type": "Script", "script": {"data": {text.clone(): text}, "script": {"id": text}},
            })
        });
    let entities: Vec<Value> = planted
        .iter()
        .enumerate()
        .map(entity)
        .chain(scripts)
        .collect();
    json!({"entities": entities})
}

/// An upstream that says `status` and one body for each dialect, with every planted value in headers.
fn upstream(status: u16, recommendations: &Value, suggestions: &Value, header: &str) -> String {
    let login = json!({"access_token": "t", "token_type": "bearer", "expires_in": 600});
    let scripted = |path, status, header: &str, body: &Value| Scripted {
        path,
        status,
        header: header.to_owned(),
        body: body.to_string(),
    };
    http::serve(vec![
        scripted("/oauth/token", 200, "", &login),
        scripted("/suggestions", status, header, suggestions),
        scripted("/api/v2/", status, header, recommendations),
    ])
}

fn fetch(home: &Home, base: &str, dialect: &str, format: &str) -> Run {
    let words = format!(
        "--api-base {base} -vvv fetch --dialect {dialect} --output {format} --explain --limit 100 \
         --timeout 60s --no-cache --conversation {CONVERSATION} --session s --knowledge-source k --agent {AGENT}"
    );
    home.call(&words)
        .env("GENESYSCLOUD_OAUTHCLIENT_ID", "c")
        .env("GENESYSCLOUD_OAUTHCLIENT_SECRET", "secret")
        .env("AGENT_ASSIST_SCREENING__REQUIRE_PII_MASK", "false")
        .env("AGENT_ASSIST_PII__EGRESS_SAMPLE", "1")
        .env("AGENT_ASSIST_AUDIT__KEEP_TEXT", "true")
        .run()
}

fn canaries(planted: &[Planted]) -> Vec<&str> {
    planted.iter().map(|planted| &*planted.canary).collect()
}

#[test]
fn no_kind_of_personal_data_in_an_answer_gets_out() {
    let planted = every_kind();
    let base = upstream(
        200,
        &recommendations_of(&planted),
        &suggestions_of(&planted),
        "",
    );
    let home = Home::new();
    let mut traces = Traces::of(&home);
    for dialect in ["recommendations", "suggestions"] {
        for format in ["json", "table"] {
            let run = fetch(&home, &base, dialect, format);
            assert_eq!(run.code, Some(0), "{run}");
            if format == "json" {
                let answer = run.json();
                let shown = recommendations(&answer).len();
                assert!(
                    shown >= planted.len() / 2,
                    "{dialect}: {shown} shown\n{run}"
                );
                let findings = answer["metrics"]["pii_findings"].as_u64();
                let findings = findings.expect("a count") as usize;
                assert!(findings >= planted.len(), "{dialect}: {findings} found");
                assert_eq!(
                    answer["degraded"],
                    Value::Null,
                    "the last look stops nothing"
                );
            }
            traces.add(run);
        }
    }
    traces.add_records("");
    assert!(!traces.places("agent~1~").is_empty());
    assert!(!traces.places("value_hash").is_empty());
    assert!(!traces.places("text_sealed").is_empty());
    traces.assert_free_of(&canaries(&planted));
    traces.assert_free_of(&[AGENT]);
}

#[test]
fn no_kind_of_personal_data_in_an_error_or_a_header_gets_out() {
    let planted = every_kind();
    let texts: Vec<&str> = planted.iter().map(|planted| &*planted.text).collect();
    let error = json!({
        "message": texts.join(" "), "status": 500, "code": texts[0], "contextId": texts[1],
        "messageParams": {"who": texts}, "details": texts, "errors": texts,
    });
    let headers = planted
        .iter()
        .filter(|planted| !planted.value.contains('\n'));
    let headers: String = headers
        .map(|planted| format!("ININ-Correlation-Id: {}\r\n", planted.value))
        .collect();
    let home = Home::new();
    let mut traces = Traces::of(&home);
    for status in [200, 400, 500] {
        let base = upstream(status, &error, &error, headers.trim_end());
        for dialect in ["recommendations", "suggestions"] {
            traces.add(fetch(&home, &base, dialect, "json"));
        }
    }
    traces.add_records("");
    assert!(!traces.places("assist_fetch_failed").is_empty());
    traces.assert_free_of(&canaries(&planted));
}

#[test]
fn no_kind_of_personal_data_in_a_refused_request_gets_out() {
    let planted = every_kind();
    let home = Home::new();
    let mut traces = Traces::of(&home);
    // Control characters are against the rules everywhere.
    let bad: Vec<String> = planted
        .iter()
        .map(|planted| format!("{}\u{1}", planted.text))
        .collect();
    for chunk in bad.chunks(8) {
        let joined = chunk.join(" ");
        let payload = json!({
            "session_id": chunk[0], "conversation_id": joined, "agent_id": joined,
            "queue_id": joined, "query": joined.repeat(40), "knowledge_source_ids": chunk,
            "intent_confidence": {joined.clone(): 7}, "limit": joined, "offset": joined,
            "min_relevance": joined, "subject_terms": [joined.repeat(4)], joined.clone(): joined,
        });
        for dialect in ["recommendations", "suggestions"] {
            let words =
                format!("--api-base http://127.0.0.1:1 -vvv fetch --payload - --dialect {dialect}");
            let call = home.call(&words).input(payload.to_string());
            let call = call.env("GENESYSCLOUD_ACCESS_TOKEN", "t");
            traces.add(call.exits(2));
        }
    }
    traces.add_records("");
    assert!(!traces.places("assist_fetch_refused").is_empty());
    traces.assert_free_of(&canaries(&planted));
}

#[test]
fn markup_and_unseen_characters_of_an_upstream_do_not_get_out() {
    let text = "Hi<script>alert(1)</script> <a href=\"javascript:alert(1)\">you</a>\
                \u{202e}\u{1b}[31m[now](vbscript:x) <PERSON_0>";
    let recommendations_body = json!({"entities": [{
        "id": "r-1", "relevance_score": 0.9, "is_pii_masked": true, "title": text, "text": text,
        "uri": "javascript:alert(1)",
    }]});
    let nothing = json!({"entities": []});
    let base = upstream(200, &recommendations_body, &nothing, "");
    let home = Home::new();
    let run = fetch(&home, &base, "recommendations", "json");
    let answer = run.json();
    let item = &recommendations(&answer)[0];
    assert_eq!(item["text"], "Hi you[31mnow <PERSON_0>", "{run}");
    assert_eq!(item["title"], item["text"]);
    assert_eq!(item["source"]["uri"], Value::Null);
}
