//! `agent-assist pii`: texts of the user's own are scanned, masked and explained, in the order in
//! which they come and as soon as they come, and none of them ends up in a message.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::harness::Home;

/// Longer than anything here takes; a test that gets there has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A policy whose rules no other change of the engine can touch.
const POLICY: &str = r#"
threshold = 60

[operators]
CREDIT_CARD = { partial = 3 }
EMAIL_ADDRESS = "token"
PASSWORD = "redact"

[[rules]]
name = "wristband"
entity = "WRISTBAND"
regex = '\bWB-[A-Z]{3}-[A-Z]{4}\b'
keywords = ["wristband"]
negative_keywords = ["festival"]

[[rules]]
name = "member"
entity = "MEMBER"
regex = '\bXM-[A-Z]{3}\b'
confidence = 40
"#;

/// One text of everything that a rule of `POLICY` can come to.
const TEXT: &str = "wristband WB-KQT-MZRP, festival WB-LXV-QWNS,\nXM-QWR [EMAIL] joe@example.com";

#[test]
fn lines_are_answered_in_order_with_byte_offsets_and_their_own_identifiers() {
    let home = Home::new();
    let input = [
        r#"{"id":"a","text":"José: joe@example.com"}"#,
        r#"  {"id": {"deep": [1, 2]}, "text":"caf\u00e9 joe@example.com", "kind":"x", "spans":[]}"#,
        "",
        r#"{"id":12345678901234567890123,"text":"nothing"}"#,
        r#"{"text":"","id":null}"#,
        r#"{"text":"two: a@example.com\nb@example.com"}"#,
    ];
    let expected = [
        r#"{"id":"a","spans":[[7,22,"EMAIL_ADDRESS"]]}"#,
        r#"{"id":{"deep": [1, 2]},"spans":[[6,21,"EMAIL_ADDRESS"]]}"#,
        r#"{"id":12345678901234567890123,"spans":[]}"#,
        r#"{"id":null,"spans":[]}"#,
        r#"{"id":null,"spans":[[5,18,"EMAIL_ADDRESS"],[19,32,"EMAIL_ADDRESS"]]}"#,
    ];
    // The last line needs no end, lines of Windows end in two characters, files there in a mark.
    for (start, end) in [("", "\n"), ("\u{feff}", "\r\n")] {
        let input = format!("{start}{}", input.join(end));
        let run = home.call("pii scan").input(input).exits(0);
        assert_eq!(run.stdout.lines().collect::<Vec<_>>(), expected);
        assert!(run.stderr.is_empty(), "{run}");
    }
    let run = home.call("pii mask").input(input.join("\n")).exits(0);
    let lines = run.json_lines();
    assert_eq!(
        lines[0],
        json!({"id": "a", "text": "José: [EMAIL_ADDRESS]"})
    );
    assert_eq!(
        lines[4],
        json!({"id": null, "text": "two: [EMAIL_ADDRESS]\n[EMAIL_ADDRESS]"})
    );
    assert_eq!(home.call("pii scan").exits(0).stdout, "");
}

#[test]
fn a_line_that_cannot_be_read_is_told_of_without_its_text_and_loses_no_other() {
    let home = Home::new();
    let input = "\
        {\"id\":1,\"text\":\"a@example.com\"}\n\
        canary\n\
        [\"canary\",\"canary\"]\n\
        {\"id\":\"four\",\"canary\":\"canary\"}\n\
        {\"id\":5,\"text\":[\"canary\"]}\n\
        {\"text\":\"canary\",\"text\":\"canary\"}\n\
        {\"text\":\"canary\\ud800\"}\n\
        {\"text\":\"canary\n\
        {\"id\":9,\"text\":\"b@example.com\"}";
    let run = home.call("pii scan").input(input).exits(2);
    insta::assert_snapshot!(run.to_string());
    assert!(!run.to_string().contains("canary"), "{run}");
    assert_eq!(run.json_lines().len(), input.lines().count(), "a line each");

    // More than one read brings, and more than one core works off.
    let empty = "\n".repeat(49_999);
    let run = home
        .call("pii mask")
        .input(format!("{empty}canary\n").repeat(6));
    let run = run.exits(2);
    assert_eq!(run.stdout.lines().count(), 6);
    run.says(&["line 50000: ", "line 200000: ", "line 300000: "]);
    let run = home
        .call("pii scan")
        .input("canary\n".repeat(1_000))
        .exits(2);
    assert!(run.stderr.lines().count() < 30, "{run}");
    run.says(&["1000 of 1000 lines could not be read"]);
}

#[test]
fn bytes_that_are_no_text_are_refused_by_their_place() {
    let home = Home::new();
    for (words, place) in [
        ("pii scan", "line 1: not UTF-8 at byte 17"),
        ("pii mask --format text", "not UTF-8 at byte 17"),
        ("pii explain -", "not UTF-8 at byte 17"),
    ] {
        let mut running = Running::start(&home, words);
        running.write(b"{\"text\":\"canary-\xff\"}\n");
        let (code, stdout, stderr) = running.finish();
        assert_eq!(code, Some(2), "{words}");
        assert!(stderr.contains(place), "{words}: {stderr}");
        assert!(!format!("{stdout}{stderr}").contains("canary"), "{words}");
    }
}

#[test]
fn a_slow_writer_has_its_answer_before_the_next_line() {
    let home = Home::new();
    for command in ["pii scan", "pii mask"] {
        let mut running = Running::start(&home, command);
        for id in 0..3 {
            running
                .write(format!("{{\"id\":{id},\"text\":\"a@example.com\"}}\n{{\"id\"").as_bytes());
            let answer: Value = serde_json::from_str(&running.line()).expect("JSON");
            assert_eq!(answer["id"], id);
            running.write(b":-1,\"text\":\"\"}\n");
            assert!(running.line().starts_with("{\"id\":-1,"));
        }
        assert_eq!(running.finish().0, Some(0));
    }
}

#[test]
fn a_reader_that_leaves_ends_it_quietly() {
    let home = Home::new();
    let mut running = Running::start(&home, "pii scan");
    let mut stdin = running.stdin.take().expect("a pipe");
    let line = b"{\"id\":1,\"text\":\"a@example.com\"}\n".repeat(1_000);
    let writer = thread::spawn(move || while stdin.write_all(&line).is_ok() {});
    running.line();
    running.lines = None;
    let (code, _, stderr) = running.finish();
    assert_eq!((code, &*stderr), (Some(0), ""));
    writer.join().expect("the writer was told");
}

#[test]
fn megabytes_keep_their_order_and_take_the_memory_of_a_batch() {
    let home = Home::new();
    let mut running = Running::start(&home, "pii scan");
    let mut stdin = running.stdin.take().expect("a pipe");
    let text = "where is it? ".repeat(150);
    const LINES: usize = 6_000;
    let writer = thread::spawn(move || {
        for id in 0..LINES {
            let line = format!("{{\"id\":{id},\"text\":\"{text}a@example.com\"}}\n");
            stdin.write_all(line.as_bytes()).expect("it reads on");
        }
        stdin
    });
    let mut before = None;
    for id in 0..LINES {
        let line = running.line();
        before = before.or_else(|| peak_memory(running.child.id()));
        assert!(
            line.starts_with(&format!("{{\"id\":{id},\"spans\":[[1950,")),
            "{line}"
        );
    }
    // 12 MB have gone through, and standard input is still open.
    running.stdin = Some(writer.join().expect("all was taken"));
    if let (Some(before), Some(peak)) = (before, peak_memory(running.child.id())) {
        assert!(peak < before + 6 * 1024, "{before} KiB, then {peak} KiB");
    }
    assert_eq!(running.finish().0, Some(0));
}

#[test]
fn a_plain_text_is_masked_whole_by_the_operators_of_the_policy() {
    let home = Home::new();
    let policy = home.write("pii.toml", POLICY);
    let mask = |text: &str| {
        let call = home.call("pii mask --format text --policy").arg(&policy);
        call.input(text).exits(0).stdout
    };
    assert_eq!(
        mask("card\n4111 1111 1111 1111\n\n"),
        "card\n************111\n\n"
    );
    assert_eq!(mask(""), "");
    let masked = mask("joe@example.com, JOE@example.com, jim@example.com");
    let tokens: Vec<&str> = masked.split(", ").collect();
    assert!(tokens[0].starts_with("[EMAIL_ADDRESS_"), "{masked}");
    assert_eq!(tokens[0], tokens[1], "one mailbox, one token");
    assert_ne!(tokens[0], tokens[2]);
    let again = mask("joe@example.com");
    assert_ne!(again, tokens[0], "each run has a key of its own");
    assert_eq!(mask(&masked), masked, "masked text is left alone");

    let run = home
        .call("pii mask --format text --subject Minh --subject")
        .arg("12 Elm Street")
        .input("MINH lives at 12, elm\nstreet")
        .exits(0);
    assert_eq!(run.stdout, "[SUBJECT_TERM] lives at [SUBJECT_TERM]");
}

#[test]
fn an_explanation_shows_every_proposal_and_the_values_only_when_asked() {
    let home = Home::new();
    let policy = home.write("pii.toml", POLICY.replace("\"token\"", "\"tag\"").as_str());
    let explain = |words: &str| {
        let call = home.call("pii explain --policy").arg(&policy);
        call.arg(TEXT).words(words)
    };
    let table = explain("--output table").exits(0);
    insta::assert_snapshot!("explanation", table.stdout);
    let document = explain("--output json").exits(0);
    insta::assert_snapshot!("explanation_json", document.stdout);
    for run in [&table, &document] {
        assert!(!run.stdout.contains("WB-KQT-MZRP"), "{run}");
        assert!(!run.stdout.contains("joe@"), "{run}");
    }
    let by_input = home
        .call("pii explain - --output json --policy")
        .arg(&policy);
    assert_eq!(by_input.input(TEXT).exits(0).json(), document.json());

    let shown = explain("--output table --show").exits(0);
    insta::assert_snapshot!("explanation_with_its_text", shown.stdout);
    let marked = explain("--show").exits(0).json()["marked"].take();
    let case = json!({"text": marked}).to_string();
    let cases = home.write("cases/one.ndjson", &case);
    let test = home.call("pii test --policy").arg(&policy).arg(cases);
    assert_eq!(test.exits(0).json()["failed"], 0, "what is shown is a case");

    let nothing = home.ok("pii explain hello --output table");
    assert_eq!(
        nothing.stdout,
        "nothing in it looks like personal data\n\nmasked\n  hello\n"
    );
}

#[test]
fn a_word_that_is_part_of_a_find_is_told_by_its_place() {
    let home = Home::new();
    let policy = home.write(
        "pii.toml",
        "[[rules]]\nname = \"vip\"\nentity = \"VIP\"\nkeywords = [\"queue jumper\"]\n\
         [[rules]]\nname = \"wristband\"\nentity = \"WRISTBAND\"\nregex = 'WB-[A-Z]{3}'\n\
         keywords = [\"queue jumper\"]\n",
    );
    let call = home.call("pii explain --policy").arg(&policy);
    let run = call.arg("Queue Jumper WB-KQT").exits(0);
    let considered = run.json()["considered"].take();
    let own = considered.as_array().expect("a list").iter();
    let of_wristband = own.filter(|proposal| proposal["detector"] == "own.wristband");
    let cues: Vec<&Value> = of_wristband.map(|proposal| &proposal["cue"]).collect();
    assert_eq!(cues, [&json!({"start": 0, "end": 12, "words": null})]);
    assert!(!run.stdout.contains("Queue Jumper"), "{run}");
}

#[test]
fn golden_cases_say_what_was_missed_and_what_was_not_expected() {
    let home = Home::new();
    let policy = home.write("pii.toml", POLICY);
    home.write(
        "cases/good.ndjson",
        "{\"text\":\"my [[WB-KQT-MZRP|WRISTBAND]], [[1]]\"}\n\n\
         {\"text\":\"festival WB-LXV-QWNS\",\"note\":\"not theirs\"}\n\
         {\"text\":\"[[Minh|SUBJECT_TERM]] called\",\"subject\":[\"minh\"]}\n",
    );
    home.write("cases/notes.txt", "no cases");
    let test = |place: &str| {
        let call = home.call("pii test --policy").arg(&policy);
        call.arg(home.path(place))
    };
    let run = test("cases").words("--output table").exits(0);
    assert_eq!(run.stdout, "3 cases, none failed\n");
    assert_eq!(
        test("cases").exits(0).json(),
        json!({"cases": 3, "failed": 0, "failures": []})
    );

    home.write(
        "cases/more.ndjson",
        "{\"text\":\"member [[XM-QWR|MEMBER]]\",\"note\":\"never sure enough\"}\n\
         {\"text\":\"[[WB-KQT|WRISTBAND]]-MZRP\"}\n\
         {\"text\":\"to joe@example.com\"}\n\
         {\"text\":\"[[hello|PASSWORD]]\"}\n",
    );
    let run = test("cases").words("--output table").exits(1);
    let folder = home.path("cases").display().to_string();
    insta::assert_snapshot!("failed_cases", run.stdout.replace(&folder, "cases"));
    assert!(run.stderr.is_empty(), "{run}");
    let document = test("cases/more.ndjson").exits(1).json();
    assert_eq!(document["failures"][0]["missed"][0]["value"], "XM-QWR");
    assert_eq!(document["failures"][0]["line"], 1);
}

#[test]
fn cases_that_prove_nothing_are_refused() {
    let home = Home::new();
    std::fs::create_dir(home.path("empty")).expect("a folder");
    let test = |name: &str| home.call("pii test").arg(home.path(name)).exits(2);
    test("empty").says(&["there are no cases in", ".ndjson"]);
    test("missing").says(&["missing cannot be read"]);
    home.write(
        "cases.ndjson",
        "{\"text\":\"[[x|WRISTBAND]]\"}\nnonsense\n{\"text\":\"\",\"expect\":[]}\n",
    );
    test("cases.ndjson").says(&[
        "cases.ndjson:1: no rule finds a WRISTBAND",
        "cases.ndjson:2: this is no case",
        "cases.ndjson:3: this is no case",
    ]);
}

#[test]
fn the_printed_policy_is_the_default_one_and_mistakes_in_another_are_told_all_at_once() {
    let home = Home::new();
    let policy = home.write("pii.toml", &home.ok("pii policy").stdout);
    let input = "{\"id\":1,\"text\":\"a@example.com, card 4111 1111 1111 1111\"}";
    let scan = |call: &str| home.call(call).arg(&policy).input(input);
    let printed = scan("pii scan --policy").exits(0).stdout;
    let default = home.call("pii scan").input(input).exits(0).stdout;
    assert_eq!(printed, default);

    home.write(
        "pii.toml",
        "without = [\"EMAIL\"]\n[operators]\nCVV = \"token\"\n[[rules]]\nname = \"own\"\n\
         entity = \"OWN\"\nregex = \"(\"\n",
    );
    for command in ["scan", "mask", "explain canary", "test ."] {
        let run = scan(&format!("pii {command} --policy")).exits(2);
        run.says(&[
            "pii.toml has 3 mistakes",
            "without.EMAIL: ",
            "operators.CVV: ",
            "rules.own.regex: ",
            "agent-assist pii policy",
        ]);
        assert!(run.stdout.is_empty() && !run.stderr.contains("canary"));
    }
    home.write("pii.toml", "threshold = 50\nthreshhold = 60\n");
    let run = scan("pii scan --policy").exits(2);
    run.says(&["line 2, column 1", "threshhold", "threshold"]);
    let missing = home.call("pii scan --policy missing.toml").exits(2);
    missing.says(&["the policy missing.toml cannot be read"]);
}

#[test]
fn no_text_reaches_standard_error_however_much_is_logged() {
    let home = Home::new();
    let policy = home.write("pii.toml", POLICY);
    let ndjson = json!({"id": "canary", "text": format!("canary {TEXT}")}).to_string();
    for (words, input, code) in [
        ("pii scan", &*ndjson, 0),
        ("pii mask", &ndjson, 0),
        ("pii mask --format text", "canary", 0),
        ("pii explain -", "canary", 0),
        ("pii explain canary --show", "", 0),
        ("pii scan --subject canary", "{\"text\":canary}", 2),
    ] {
        let call = home.call(words).words("-vvv --policy").arg(&policy);
        let run = call.input(input).exits(code);
        assert!(!run.stderr.contains("canary"), "{run}");
        assert!(home.stored().is_empty(), "nothing is kept: {run}");
    }
}

/// The files and the commands that `docs/PII.md` shows, with the output it promises.
#[cfg(unix)]
#[test]
fn what_the_documentation_shows_is_so() {
    let home = Home::new();
    let document = include_str!("../../../../docs/PII.md");
    let blocks: Vec<(&str, &str)> = document
        .split("```")
        .skip(1)
        .step_by(2)
        .filter_map(|block| block.split_once('\n'))
        .collect();
    for (title, text) in &blocks {
        if let Some((_, name)) = title.split_once(' ') {
            home.write(name, text);
        }
    }
    let consoles = blocks.iter().filter(|(title, _)| *title == "console");
    let mut tried = 0;
    for example in consoles.flat_map(|(_, text)| text.split("$ ").skip(1)) {
        let (command, expected) = example.split_once('\n').expect("a command and its output");
        let shown = shell(&home, command);
        let lines = |text: &str| -> Vec<String> {
            text.lines()
                .map(|line| line.trim_end().to_owned())
                .collect()
        };
        assert_eq!(lines(&shown), lines(expected), "{command}");
        tried += 1;
    }
    assert!(tried >= 7, "the examples were not found");
}

/// What `command` prints where the program is known by its name.
#[cfg(unix)]
fn shell(home: &Home, command: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_agent-assist"));
    let folder = program.parent().expect("a folder").display();
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(home.path(""))
        .env("PATH", format!("{folder}:/usr/bin:/bin"))
        .stderr(Stdio::inherit())
        .output()
        .expect("a shell");
    assert!(output.status.success(), "{command}: {}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The most memory a process ever had, in KiB, where the system tells.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().trim_end_matches(" kB").parse().ok()
}

/// The program at work, fed and read by hand; killed if a test fails before it ends.
struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    /// What it prints, line by line, so that a test need not wait forever.
    lines: Option<mpsc::Receiver<String>>,
}

impl Running {
    fn start(home: &Home, words: &str) -> Self {
        let mut child = home
            .call(words)
            .into_command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().expect("a pipe");
        Self {
            child,
            stdin,
            lines: Some(lines(stdout)),
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("still open");
        stdin.write_all(bytes).expect("it reads");
        stdin.flush().expect("it reads");
    }

    fn line(&self) -> String {
        let lines = self.lines.as_ref().expect("still read");
        lines.recv_timeout(PATIENCE).expect("a line in time")
    }

    /// Ends its input; its exit code, what it still printed, and what it said.
    fn finish(mut self) -> (Option<i32>, String, String) {
        drop(self.stdin.take());
        let rest = self.lines.take().into_iter().flatten().collect();
        let mut stderr = String::new();
        let pipe = self.child.stderr.as_mut().expect("a pipe");
        pipe.read_to_string(&mut stderr).expect("UTF-8");
        let status = self.child.wait().expect("it ends");
        (status.code(), rest, stderr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of `stdout`, as they come. The pipe is closed once nobody wants more.
fn lines(stdout: ChildStdout) -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::sync_channel(64);
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            if sender.send(line.expect("UTF-8")).is_err() {
                break;
            }
        }
    });
    lines
}
