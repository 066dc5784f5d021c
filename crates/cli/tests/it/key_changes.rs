//! The key that signs the log gives way to another: on record, signed by both, and followed by whoever
//! verifies. A key that was only put in its place is not.

use std::fs;
use std::path::PathBuf;

use super::harness::{Call, Home, Run};

struct Log {
    home: Home,
    /// The verifier key of the first key.
    first: String,
}

impl Log {
    /// A log with two records under checkpoints.
    fn new() -> Self {
        let home = Home::new();
        let log = Self {
            first: keygen(&home, "audit.key"),
            home,
        };
        let settings = format!(
            "[audit]\nkey_file = {:?}\ncheckpoint_file = {:?}\n",
            log.key_file(),
            log.elsewhere()
        );
        log.home.write("config/agent-assist/config.toml", &settings);
        log.record();
        log.record();
        log
    }

    fn key_file(&self) -> PathBuf {
        self.home.path("audit.key")
    }

    fn elsewhere(&self) -> PathBuf {
        self.home.path("elsewhere")
    }

    fn record(&self) {
        self.home.ok("assist on --all");
    }

    fn rotate(&self) -> String {
        let changed = self.home.ok("audit rotate-key --by maria");
        let changed = changed.json();
        changed["verifier_key"].as_str().expect("a key").to_owned()
    }

    fn verify(&self, key: &str) -> Call {
        self.home.call("audit verify --key").arg(key)
    }
}

fn keygen(home: &Home, name: &str) -> String {
    let call = home.call("audit keygen --name log.example --out");
    let made = call.arg(home.path(name)).exits(0).json();
    made["verifier_key"].as_str().expect("a key").to_owned()
}

fn verdict(run: &Run) -> String {
    let verdict = &run.json()["verdict"];
    verdict.as_str().expect("a verdict").to_owned()
}

#[test]
fn either_key_leads_to_the_other_and_to_what_it_signed() {
    let log = Log::new();
    let second = log.rotate();
    log.record();
    let third = log.rotate();
    log.record();
    let kept = fs::read_to_string(log.elsewhere()).expect("checkpoints");
    assert_eq!(kept.matches("\nnew-key ").count(), 2, "{kept}");
    for key in [&log.first, &second, &third] {
        let run = log.verify(key).exits(0);
        assert_eq!(run.json()["signatures_checked"], true, "{run}");
        let run = log.verify(key).arg("--checkpoint").arg(log.elsewhere());
        assert_eq!(run.exits(0).json()["anchored_to"], 6);
    }
    // The key in the file is the last one.
    assert_eq!(verdict(&log.home.ok("audit verify")), "consistent");
    let stranger = keygen(&log.home, "other.key");
    log.verify(&stranger).exits(13);

    let sql = "SELECT seq, name, old_key_id, new_key_id, changed_by FROM audit_key_changes";
    let rows = log.home.call("audit query").arg(sql).exits(0).json();
    let id = |key: &str| key.split('+').nth(1).expect("an id").to_owned();
    assert_eq!(rows[0]["seq"], 3);
    assert_eq!(rows[0]["name"], "log.example");
    assert_eq!(rows[0]["old_key_id"], id(&log.first));
    assert_eq!(rows[0]["new_key_id"], id(&second));
    assert_eq!(rows[0]["changed_by"], "maria");
    assert_eq!(rows[1]["new_key_id"], id(&third));
}

#[test]
fn a_key_that_was_only_put_in_the_place_of_another_is_found() {
    let log = Log::new();
    fs::remove_file(log.key_file()).expect("remove");
    let swapped = keygen(&log.home, "audit.key");
    log.record();
    for key in [&log.first, &swapped] {
        assert_eq!(verdict(&log.verify(key).exits(13)), "bad_signature");
    }
    // Whoever knows both says so.
    log.verify(&log.first).arg("--key").arg(&swapped).exits(0);
}

/// What was found of a key that gave way signs nothing that is believed any more.
#[test]
fn a_key_that_gave_way_signs_nothing_more() {
    let log = Log::new();
    let old = fs::read(log.key_file()).expect("a key");
    let second = log.rotate();
    log.record();
    log.verify(&second).exits(0);
    fs::remove_file(log.key_file()).expect("remove");
    fs::write(log.key_file(), old).expect("write");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let owner = fs::Permissions::from_mode(0o400);
        fs::set_permissions(log.key_file(), owner).expect("mode");
    }
    log.record();
    let run = log.verify(&second).exits(13);
    assert_eq!(run.json()["first_bad_seq"], 5, "{run}");
}

#[test]
fn a_change_that_was_cut_off_is_taken_up_and_one_without_a_key_refused() {
    let log = Log::new();
    // Cut off behind making the new key.
    let waiting = keygen(&log.home, "audit.key.next");
    assert_eq!(log.rotate(), waiting);
    assert!(!log.home.path("audit.key.next").exists());
    log.record();
    log.verify(&log.first).exits(0);

    let other = Home::new();
    other
        .call("audit rotate-key")
        .exits(2)
        .says(&["audit.key_file is not set", "audit keygen"]);
    fs::remove_file(log.key_file()).expect("remove");
    log.home
        .call("audit rotate-key")
        .exits(2)
        .says(&["cannot be read"]);
}
