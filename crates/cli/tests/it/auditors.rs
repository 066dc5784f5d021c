//! What auditors do with the log: export it, ask it in SQL, verify proofs.

use std::fmt;
use std::path::PathBuf;

use agent_assist_tlog::{
    Checkpoint, Frontier, InclusionProof, Node, ProofFile, SigningKey, leaf_hash,
};
use serde_json::json;

use super::harness::{Home, Run, Upstream};

/// A home with seven records of four kinds: what is printed is on record as displayed.
fn with_records() -> (Home, Upstream) {
    let home = Home::new();
    let upstream = Upstream::start();
    upstream.fetch(&home).exits(0);
    upstream.fetch(&home).exits(0);
    upstream.fetch_suggestions(&home, 1).exits(0);
    upstream.fetch(&home).words("--limit 0").exits(2);
    (home, upstream)
}

/// Where an export said that it ended.
fn cursor(run: &Run) -> String {
    let last = run.stderr.lines().last().expect("a last line");
    let cursor = last.strip_prefix("cursor: ").expect("a cursor");
    cursor.to_owned()
}

#[test]
fn the_log_is_exported_whole_and_onward_from_a_cursor() {
    let (home, upstream) = with_records();
    let first = home.ok("audit export");
    let lines = first.json_lines();
    let seqs: Vec<_> = lines.iter().map(|line| line["seq"].clone()).collect();
    assert_eq!(seqs, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(lines[6]["entry"]["event"], "assist_fetch_refused");
    assert_eq!(lines[6]["columns"]["event"], "assist_fetch_refused");
    let again = home.ok("audit export");
    assert!(again.stdout.starts_with(&first.stdout), "{again}");

    let since = cursor(&first);
    let of_exports = home.ok(&format!("audit export --since {since}"));
    assert_eq!(of_exports.json_lines().len(), 2, "{of_exports}");
    let since = cursor(&of_exports);
    for _ in 0..3 {
        let nothing = home.ok(&format!("audit export --since {since}"));
        assert!(
            nothing.stdout.is_empty(),
            "an export fed another: {nothing}"
        );
        assert_eq!(cursor(&nothing), since);
    }
    upstream.fetch(&home).exits(0);
    let more = home.ok(&format!("audit export --since {since} --format ocsf"));
    let events = more.json_lines();
    assert_eq!(events.len(), 2, "{more}");
    assert_eq!(events[0]["metadata"]["sequence"], 10);
    assert_eq!(events[0]["class_uid"], 6003);

    let hits = home.ok("audit export --event assist_fetch_hit");
    assert_eq!(hits.json_lines().len(), 2, "{hits}");
    assert_eq!(home.ok("audit export --until 1h").stdout, "");
}

#[test]
fn an_export_says_what_is_wrong_with_its_arguments() {
    let (home, _upstream) = with_records();
    for (words, expected) in [
        ("audit export --since 24h", "expected a cursor"),
        ("audit export --format cef", "ndjson, ocsf"),
        (
            "audit export --output table",
            "--format ndjson or --format ocsf",
        ),
        ("audit export --event nothing", "the events are"),
        ("audit export --until yesterday", "a duration ago"),
    ] {
        let run = home.call(words).exits(2);
        run.says(&[expected]);
        assert!(run.stdout.is_empty(), "{run}");
    }
    Home::new()
        .call("audit export")
        .exits(6)
        .says(&["no store"]);
}

#[test]
fn a_question_is_answered_in_every_format() {
    let (home, _upstream) = with_records();
    let ask = |format: &str, sql: &str| home.call("audit query --output").arg(format).arg(sql);
    let sql = "SELECT outcome, count(*) AS n, NULL AS n, x'0aff' AS b FROM audit_fetches \
               GROUP BY outcome ORDER BY outcome DESC";
    let json = ask("json", sql).exits(0).json();
    let refused = json!({"outcome": "refused", "n": 1, "n_2": null, "b": "0aff"});
    assert_eq!(json[0], refused);
    let lines = ask("ndjson", sql).exits(0).json_lines();
    assert_eq!(lines[0], refused);
    assert_eq!(lines.len(), 3);
    let table = ask("table", sql).exits(0);
    for word in ["outcome", "refused", "0aff", "3 rows"] {
        assert!(table.stdout.contains(word), "{word}: {table}");
    }
    let none = ask("table", "SELECT 1 WHERE 0").exits(0);
    assert_eq!(none.stdout, "0 rows\n");
    let cut = home
        .call("audit query --output ndjson --limit 2")
        .arg("SELECT seq FROM audit ORDER BY seq")
        .exits(0);
    assert_eq!(cut.json_lines(), [json!({"seq": 1}), json!({"seq": 2})]);
    cut.says(&["the first 2 rows only", "--limit"]);
}

#[test]
fn a_question_that_is_not_answered_is_2_and_says_why() {
    let (home, _upstream) = with_records();
    let endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
    for (sql, expected) in [
        ("DELETE FROM audit", "only statements that read"),
        ("SELECT 1; SELECT 2", "only one statement"),
        ("SELECT * FROM conversation_key", "keys of conversations"),
        ("SELECT no_such FROM audit", "no such column: no_such"),
        (endless, "longer than 200ms"),
    ] {
        let run = home.call("audit query --timeout 200ms").arg(sql).exits(2);
        run.says(&[expected, "hint: "]);
        assert!(run.stdout.is_empty(), "{run}");
    }
}

/// Records of a log, and a proof of each by the key in a file that the program made.
struct Log {
    home: Home,
    verifier: String,
    proof: PathBuf,
}

const RECORDS: [&str; 3] = ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"];

impl Log {
    /// With the proof of the second record.
    fn new() -> Self {
        let home = Home::new();
        let file = home.path("audit.key");
        let made = home
            .call("audit keygen --output table --name log.example --out")
            .arg(&file)
            .exits(0);
        let secret = std::fs::read_to_string(&file).expect("a key");
        let key: SigningKey = secret.trim_end().parse().expect("a signing key");
        let verifier = made.stdout.trim_end().to_owned();
        assert_eq!(verifier, key.verifier().to_string());
        let proof = home.write("record.proof", &proof(&key, "log.example"));
        home.write("record.json", RECORDS[1]);
        Self {
            home,
            verifier,
            proof,
        }
    }

    fn verify(&self, key: &str) -> super::harness::Call {
        let call = self.home.call("audit verify-proof").arg(&self.proof);
        call.arg("--key").arg(key)
    }
}

fn proof(key: &SigningKey, origin: &str) -> String {
    let leaves = RECORDS.map(|record| leaf_hash(record.as_bytes()));
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.push(leaf).expect("room");
    }
    let checkpoint = Checkpoint::new(origin, frontier.head()).expect("a name");
    let note = checkpoint.sign(key).expect("short enough");
    let mut reader = |node: Node| match node {
        Node { height: 0, index } => leaves.get(index as usize).copied().ok_or(fmt::Error),
        _ => Err(fmt::Error),
    };
    let proof = InclusionProof::prove(1, 3, &mut reader).expect("a proof");
    ProofFile::new(proof, note).to_string()
}

#[test]
fn a_record_is_verified_by_its_proof_alone() {
    let log = Log::new();
    let record = log.home.path("record.json");
    let said = log
        .verify(&log.verifier)
        .arg("--record")
        .arg(&record)
        .exits(0);
    let said = said.json();
    assert_eq!(said["verified"], true);
    assert_eq!(said["origin"], "log.example");
    assert_eq!((&said["seq"], &said["size"]), (&json!(2), &json!(3)));
    // What a shell or an editor puts behind it is not the record's.
    for end in ["", "\n", "\r\n"] {
        let from_input = log.verify(&log.verifier).words("--record - --output table");
        let run = from_input.input(format!("{}{end}", RECORDS[1])).exits(0);
        assert!(
            run.stdout
                .starts_with("the record is number 2 of the log log.example"),
            "{run}"
        );
    }
}

#[test]
fn what_does_not_fit_is_10_and_what_is_not_signed_13() {
    let log = Log::new();
    let with = |key: &str, rest: &str| log.verify(key).words("--record -").words(rest);
    for record in [
        "{\"a\":1}",
        "{\"a\":2} ",
        "",
        "{\"seq\":2,\"entry\":{\"a\":2}}",
    ] {
        let run = with(&log.verifier, "").input(record).exits(10);
        run.says(&["not in the log at this index", "byte for byte"]);
        assert!(run.stdout.is_empty(), "{run}");
    }
    let other_origin = with(&log.verifier, "--origin other.example")
        .input(RECORDS[1])
        .exits(10);
    other_origin.says(&["another log", "other.example"]);

    let other = SigningKey::from_seed("log.example", &[9; 32]).expect("a key");
    let unknown = with(&other.verifier().to_string(), "")
        .input(RECORDS[1])
        .exits(13);
    unknown.says(&["no known key has signed"]);
    let text = std::fs::read_to_string(&log.proof).expect("readable");
    // The size that was signed is another.
    let forged = text.replace("log.example\n3\n", "log.example\n4\n");
    assert_ne!(forged, text);
    log.home.write("record.proof", &forged);
    let forged = with(&log.verifier, "").input(RECORDS[1]).exits(13);
    forged.says(&["signature", "wrong"]);
}

#[test]
fn what_is_malformed_is_2_and_names_the_argument() {
    let log = Log::new();
    let short = log.verifier.trim_end_matches(|c| c != '+').to_owned();
    let bad_key = log.verify(&short).words("--record -").exits(2);
    bad_key.says(&["--key: ", "audit keygen"]);
    let no_record = log
        .verify(&log.verifier)
        .words("--record /nowhere/at-all")
        .exits(2);
    no_record.says(&["--record: /nowhere/at-all cannot be read"]);
    log.home.write("record.proof", "hello\n");
    let no_proof = log
        .verify(&log.verifier)
        .words("--record -")
        .input(RECORDS[1])
        .exits(2);
    no_proof.says(&["FILE: not a proof"]);
    log.home
        .call("audit verify-proof x --record -")
        .exits(2)
        .says(&["--key"]);
}

#[test]
fn a_key_is_for_its_owner_only_and_never_overwritten() {
    let home = Home::new();
    let file = home.path("audit.key");
    let make = |words: &str| {
        home.call("audit keygen")
            .words(words)
            .arg("--out")
            .arg(&file)
    };
    let made = make("").exits(0);
    let secret = std::fs::read(&file).expect("a key");
    assert!(secret.starts_with(b"PRIVATE+KEY+agent-assist+"));
    assert_eq!(made.json()["name"], "agent-assist");
    assert!(
        !made.stdout.contains("PRIVATE") && !made.stderr.contains("PRIVATE"),
        "{made}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o7777, 0o400);
    }
    let again = make("").exits(2);
    again.says(&["--out", "already", "never overwritten"]);
    assert!(again.stdout.is_empty(), "{again}");
    assert_eq!(std::fs::read(&file).expect("a key"), secret);
    let elsewhere = home.call("audit keygen --out /nowhere/at/all.key").exits(2);
    elsewhere.says(&["--out: /nowhere/at/all.key cannot be written"]);
    let second = home.path("second.key");
    let named = home
        .call("audit keygen --name")
        .arg("a b")
        .arg("--out")
        .arg(&second);
    named.exits(2).says(&["--name: ", "without spaces"]);
    assert!(!second.exists());
    let other = home.call("audit keygen --out").arg(&second).exits(0);
    assert_ne!(other.json()["verifier_key"], made.json()["verifier_key"]);
}
