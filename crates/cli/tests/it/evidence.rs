//! Checkpoints, proofs, verification and bundles, as an auditor meets them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::harness::{Home, Run, Upstream};

/// A home whose log has eight records under a checkpoint, two a run: what was printed is on record, too; and the verifier key of its log.
struct Signed {
    home: Home,
    upstream: Upstream,
    key: String,
}

impl Signed {
    fn new() -> Self {
        let home = Home::new();
        let file = home.path("audit.key");
        let key = keygen(&home, &file);
        let elsewhere = home.path("elsewhere");
        home.write(
            "config/agent-assist/config.toml",
            &format!("[audit]\nkey_file = {file:?}\ncheckpoint_file = {elsewhere:?}\n"),
        );
        let upstream = Upstream::start();
        for _ in 0..4 {
            upstream.fetch(&home).exits(0);
        }
        Self {
            home,
            upstream,
            key,
        }
    }

    fn elsewhere(&self) -> PathBuf {
        self.home.path("elsewhere")
    }

    fn verify(&self) -> super::harness::Call {
        self.home.call("audit verify --key").arg(&self.key)
    }
}

/// Makes a key of the log in `file`, and gives its verifier key.
fn keygen(home: &Home, file: &Path) -> String {
    let call = home.call("audit keygen --name log.example --out");
    let made = call.arg(file).exits(0);
    made.json()["verifier_key"]
        .as_str()
        .expect("a key")
        .to_owned()
}

fn verdict(run: &Run) -> (String, Option<u64>) {
    let found = run.json();
    let verdict = found["verdict"].as_str().expect("a verdict").to_owned();
    (verdict, found["first_bad_seq"].as_u64())
}

#[test]
fn every_run_signs_what_it_appended_and_sends_it_away() {
    let signed = Signed::new();
    let kept = fs::read_to_string(signed.elsewhere()).expect("checkpoints elsewhere");
    assert_eq!(kept.matches("log.example\n").count(), 4, "{kept}");

    let alone = signed.home.ok("audit verify --output table");
    assert!(
        alone.stdout.starts_with("consistent: 8 records verified"),
        "{alone}"
    );
    assert!(
        alone
            .stdout
            .contains("unanchored: whoever holds the key is not excluded"),
        "{alone}"
    );
    let run = signed
        .verify()
        .arg("--checkpoint")
        .arg(signed.elsewhere())
        .exits(0);
    assert_eq!(verdict(&run), ("consistent".to_owned(), None));
    assert_eq!(run.json()["anchored_to"], 8, "{run}");
    assert_eq!(run.json()["checkpoints"], 4, "{run}");

    let newest = signed.home.ok("audit checkpoint --output table");
    assert!(kept.contains(&newest.stdout), "{newest}\n{kept}");
}

#[test]
fn damage_has_exit_codes_of_its_own() {
    let signed = Signed::new();
    let store = signed.home.data("agent-assist.db");
    let sound = fs::read(&store).expect("the store");
    let beside = PathBuf::from(format!("{}.audit-head", store.display()));

    // Altered: the last character of a request's identifier in the second entry. That it was looked
    // up is recorded, and taken back here.
    let kept = [&beside, &signed.elsewhere()].map(|path| fs::read(path).expect("a file"));
    let shown = signed.home.ok("audit show 2").json();
    for (path, bytes) in [&beside, &signed.elsewhere()].into_iter().zip(kept) {
        fs::write(path, bytes).expect("write");
    }
    let id = shown["entry"]["request_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let mut bytes = sound.clone();
    let text = format!("\"request_id\":\"{id}\"");
    let place = bytes
        .windows(text.len())
        .position(|w| w == text.as_bytes())
        .expect("the entry");
    bytes[place + text.len() - 2] ^= 1;
    fs::write(&store, &bytes).expect("write");
    assert_eq!(
        verdict(&signed.verify().exits(10)),
        ("altered".to_owned(), Some(2))
    );
    fs::write(&store, &sound).expect("write");

    // Another key has signed nothing, neither inside nor outside.
    let key = keygen(&signed.home, &signed.home.path("other.key"));
    let run = signed.home.call("audit verify --key").arg(&key).exits(13);
    assert_eq!(verdict(&run).0, "bad_signature");
    let kept = fs::read_to_string(signed.elsewhere()).expect("checkpoints");
    let forged = signed
        .home
        .write("forged", &kept.replacen("\n8\n", "\n9\n", 1));
    let run = signed.verify().arg("--checkpoint").arg(&forged).exits(13);
    assert_eq!(verdict(&run).0, "bad_signature");

    // A backup in its place, with all that stands beside it, against what is kept elsewhere.
    let backup = (
        fs::read(&store).expect("store"),
        fs::read(&beside).expect("head"),
    );
    signed.upstream.fetch(&signed.home).exits(0);
    let longer = signed.home.write(
        "longer",
        &fs::read_to_string(signed.elsewhere()).expect("kept"),
    );
    fs::write(&store, &backup.0).expect("write");
    assert_eq!(
        verdict(&signed.verify().exits(11)),
        ("truncated".to_owned(), Some(9))
    );
    fs::write(&beside, &backup.1).expect("write");
    let run = signed.verify().arg("--checkpoint").arg(&longer).exits(11);
    assert_eq!(verdict(&run), ("truncated".to_owned(), Some(9)));

    // Another history from there on.
    signed.upstream.fetch(&signed.home).exits(0);
    let run = signed.verify().arg("--checkpoint").arg(&longer).exits(12);
    assert_eq!(verdict(&run), ("fork".to_owned(), None));
}

#[test]
fn a_record_is_proved_and_the_proof_stands_for_itself() {
    let signed = Signed::new();
    let (proof, record) = (signed.home.path("p"), signed.home.path("r"));
    let made = signed.home.call("audit prove 3 --out").arg(&proof);
    made.arg("--record").arg(&record).exits(0);
    let elsewhere = Home::new();
    let verify = || {
        let call = elsewhere.call("audit verify-proof").arg(&proof);
        call.arg("--record")
            .arg(&record)
            .arg("--key")
            .arg(&signed.key)
    };
    assert_eq!(verify().exits(0).json()["seq"], 3);
    let mut bytes = fs::read(&record).expect("the record");
    bytes[20] ^= 1;
    fs::write(&record, bytes).expect("write");
    verify().exits(10);
    signed
        .home
        .call("audit prove 99 --out")
        .arg(&proof)
        .exits(2);
}

#[test]
fn growth_is_proved_between_two_checkpoints() {
    let signed = Signed::new();
    let proof = signed.home.path("consistency");
    signed
        .home
        .call("audit prove-consistency 2 --out")
        .arg(&proof)
        .exits(0);
    let elsewhere = Home::new();
    let verify = |old: &Path| {
        let call = elsewhere
            .call("audit verify-consistency")
            .arg(&proof)
            .arg("--old")
            .arg(old);
        call.arg("--key").arg(&signed.key)
    };
    assert_eq!(verify(&signed.elsewhere()).exits(0).json()["to"], 8);
    let text = fs::read_to_string(&proof).expect("a proof");
    let hash = text.lines().nth(1).expect("a hash").to_owned();
    fs::write(
        &proof,
        text.replace(&hash, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    )
    .expect("write");
    verify(&signed.elsewhere()).exits(12);
}

#[test]
fn a_key_that_others_may_read_or_that_is_none_is_refused() {
    let signed = Signed::new();
    let key = signed.home.path("audit.key");
    let other = signed.home.path("moved.key");
    fs::rename(&key, &other).expect("rename");
    let missing = signed.upstream.fetch(&signed.home).exits(2);
    assert!(missing.stderr.contains("cannot be read"), "{missing}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        symlink(&other, &key).expect("link");
        let linked = signed.upstream.fetch(&signed.home).exits(2);
        assert!(linked.stderr.contains("is a symbolic link"), "{linked}");
        fs::remove_file(&key).expect("remove");
        fs::rename(&other, &key).expect("rename");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o440)).expect("mode");
        let exposed = signed.upstream.fetch(&signed.home).exits(2);
        assert!(exposed.stderr.contains("mode 0440"), "{exposed}");
        assert!(exposed.stderr.contains("chmod 400"), "{exposed}");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("mode");
        fs::write(&key, "PRIVATE+KEY+planted").expect("write");
        let malformed = signed.upstream.fetch(&signed.home).exits(2);
        assert!(malformed.stderr.contains("holds no key"), "{malformed}");
        assert!(!malformed.stderr.contains("planted"), "{malformed}");
    }
}

/// Runs the bundle's own program; `None` where there is no Python.
fn python(bundle: &Path, key: Option<&str>) -> Option<(i32, String)> {
    let mut command = Command::new("python3");
    command.arg("-I").arg(bundle.join("verify.py")).args(key);
    let run = command.output().ok()?;
    let told = [run.stdout, run.stderr].concat();
    Some((
        run.status.code()?,
        String::from_utf8_lossy(&told).into_owned(),
    ))
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn a_bundle_is_checked_by_its_own_program() {
    let signed = Signed::new();
    let bundle = signed.home.path("bundle");
    signed
        .home
        .call("audit bundle --from 2 --to 4 --out")
        .arg(&bundle)
        .exits(0);
    let again = signed
        .home
        .call("audit bundle --from 2 --to 4 --out")
        .arg(&bundle)
        .exits(2);
    assert!(again.stderr.contains("cannot be made"), "{again}");
    let Some((code, told)) = python(&bundle, Some(&signed.key)) else {
        eprintln!("SKIPPED: there is no python3 here, so the bundle's own program was not run");
        return;
    };
    assert_eq!(code, 0, "{told}");
    assert!(
        told.contains("records 2 to 4 are in the log of 8"),
        "{told}"
    );
    assert_eq!(python(&bundle, None).expect("python").0, 0);

    let tampered: [(&str, &str, &str, i32); 6] = [
        ("entries.ndjson", "assist_fetch", "assist_fetsh", 10),
        ("entries.ndjson", "\n", "\n\n", 10),
        ("proofs.ndjson", "\"index\":1", "\"index\":0", 10),
        ("checkpoint", "\n8\n", "\n9\n", 13),
        ("checkpoint", "log.example\n", "log.exemple\n", 13),
        ("proofs.ndjson", "path", "", 2),
    ];
    for (name, old, new, expected) in tampered {
        let file = bundle.join(name);
        let sound = fs::read_to_string(&file).expect("a file");
        fs::write(&file, sound.replacen(old, new, 1)).expect("write");
        let (code, told) = python(&bundle, Some(&signed.key)).expect("python");
        assert_eq!(code, expected, "{name}: {old:?} to {new:?}: {told}");
        fs::write(&file, sound).expect("write");
    }
    // Records taken out with their proofs, from the middle.
    for name in ["entries.ndjson", "proofs.ndjson"] {
        let file = bundle.join(name);
        let lines = fs::read_to_string(&file).expect("a file");
        let lines: Vec<&str> = lines.lines().collect();
        fs::write(&file, format!("{}\n{}\n", lines[0], lines[2])).expect("write");
    }
    assert_eq!(python(&bundle, Some(&signed.key)).expect("python").0, 10);
    let key = keygen(&signed.home, &signed.home.path("other.key"));
    assert_eq!(python(&bundle, Some(&key)).expect("python").0, 13);
}
