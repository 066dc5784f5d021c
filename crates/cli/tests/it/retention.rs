//! Records that leave the log, and orders that keep them there.

use std::io::Read as _;

use super::harness::Home;

/// Everything is old at once.
const AT_ONCE: [(&str, &str); 2] = [
    ("AGENT_ASSIST_AUDIT__RETAIN_ONLINE", "1us"),
    ("AGENT_ASSIST_AUDIT__RETAIN_ARCHIVED", "100y"),
];

fn archive(home: &Home, retained: &[(&str, &str)]) -> serde_json::Value {
    let call = home.call("audit archive --sandbox");
    let call = retained
        .iter()
        .fold(call, |call, (name, value)| call.env(name, value));
    call.exits(0).json()
}

fn seqs(home: &Home) -> Vec<u64> {
    let list = home.ok("audit list --sandbox --oldest-first").json();
    let list = list.as_array().expect("a list").iter();
    list.map(|line| line["seq"].as_u64().expect("a position"))
        .collect()
}

#[test]
fn old_records_go_into_a_file_that_any_tool_reads_and_later_it_goes_too() {
    let home = Home::new();
    home.ok("fetch --sandbox");
    home.ok("fetch --sandbox");
    let before = home
        .ok("audit list --sandbox --oldest-first --output ndjson")
        .stdout;
    let nothing = home.ok("audit archive --sandbox").json();
    assert_eq!(
        nothing["archived"],
        serde_json::json!([]),
        "none is 92 days old"
    );

    let report = archive(&home, &AT_ONCE);
    // Two fetches, what they displayed, and that the log was read.
    assert_eq!(report["records_deleted"], 5);
    assert_eq!(report["archived"][0]["last_seq"], 5);
    assert_eq!(seqs(&home), [6], "the record of the archive");
    let file = report["archived"][0]["file"].as_str().expect("a path");
    assert!(
        file.contains(".archives/audit-00000000000000000001.ndjson.gz"),
        "{file}"
    );
    let mut lines = String::new();
    let bytes = std::fs::File::open(file).expect("open");
    flate2::read::GzDecoder::new(bytes)
        .read_to_string(&mut lines)
        .expect("gzip");
    let numbered = (1..).zip(lines.lines());
    let numbered: String = numbered
        .map(|(seq, entry)| format!("{{\"seq\":{seq},\"entry\":{entry}}}\n"))
        .collect();
    assert!(
        numbered.starts_with(&before),
        "byte for byte as it stood in the log"
    );

    let verify = |file: &str| home.call("audit verify-archive --output table").arg(file);
    let told = verify(file).exits(0);
    assert!(
        told.stdout
            .starts_with("records 1 to 5 are what was archived"),
        "{told}"
    );
    told.says(&["unanchored"]);
    let whole = std::fs::read(file).expect("read");
    let mut altered = whole.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    std::fs::write(file, altered).expect("write");
    verify(file).exits(10).says(&["hint: keep the files"]);
    std::fs::write(file, whole).expect("write");
    verify("nowhere.ndjson.gz")
        .exits(2)
        .says(&["the manifest cannot be read"]);

    let gone = [AT_ONCE[0], ("AGENT_ASSIST_AUDIT__RETAIN_ARCHIVED", "1us")];
    let report = archive(&home, &gone);
    assert_eq!(report["deleted"][0]["file"], file);
    assert!(!std::path::Path::new(file).exists());
    let table = home.ok("audit archive --sandbox --output table").stdout;
    assert!(table.contains("nothing was due"), "{table}");
    let archives = "SELECT what, first_seq FROM audit_archives ORDER BY seq";
    let told = home
        .call("audit query --sandbox")
        .arg(archives)
        .exits(0)
        .json();
    assert_eq!(told[0]["what"], "archived", "{told}");
}

#[test]
fn a_hold_keeps_everything_where_it_is() {
    let home = Home::new();
    home.ok("fetch --sandbox");
    let held = home
        .call("audit hold add --sandbox --everything --by maria --reason")
        .arg("case 7")
        .exits(0)
        .json();
    assert_eq!((&held["id"], &held["by"]), (&3.into(), &"maria".into()));
    let call = home.call("audit archive --sandbox");
    let call = AT_ONCE
        .iter()
        .fold(call, |call, (name, value)| call.env(name, value));
    let run = call.exits(0);
    assert_eq!(run.json()["held"], true);
    run.says(&["note: a legal hold keeps"]);
    assert_eq!(seqs(&home), [1, 2, 3]);

    let table = home.ok("audit hold list --sandbox --output table").stdout;
    assert!(
        table.contains("case 7") && table.contains("everything"),
        "{table}"
    );
    home.call("audit hold release 7 --sandbox")
        .exits(2)
        .says(&["no hold 7 stands", "hold list"]);
    let released = home
        .ok("audit hold release 3 --sandbox --output table")
        .stdout;
    assert!(
        released.starts_with("hold 3 on everything is released"),
        "{released}"
    );
    assert_eq!(archive(&home, &AT_ONCE)["held"], false);
    let list = home.ok("audit hold list --sandbox").json();
    assert!(list[0]["released_ms"].is_i64(), "{list}");
}

#[test]
fn a_hold_says_why_without_naming_anybody() {
    let home = Home::new();
    home.ok("fetch --sandbox");
    home.call("audit hold add --sandbox --everything --reason")
        .arg("ask joe@example.com")
        .exits(2)
        .says(&["the reason holds personal data", "name the case"]);
    home.call("audit hold add --sandbox --reason x").exits(2);
    assert_eq!(seqs(&home), [1, 2]);
}

#[test]
fn what_is_kept_in_all_is_no_less_than_what_is_kept_at_hand() {
    let home = Home::new();
    home.call("config check")
        .env("AGENT_ASSIST_AUDIT__RETAIN_ARCHIVED", "91d")
        .exits(2)
        .says(&["audit.retain_archived: expected no less than audit.retain_online"]);
}
