//! Stores that cannot be used: each says what is wrong in words of its own, nothing is answered, and
//! not a byte of what is there changes.

use std::collections::{BTreeMap, BTreeSet};
#[cfg(target_os = "linux")]
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::harness::{Home, Run};

/// What stands in a folder, below it too: the bytes of files, where links lead.
type Files = BTreeMap<PathBuf, Vec<u8>>;

fn files_in(folder: &Path) -> Files {
    let mut files = Files::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("listed").path();
        let found = std::fs::symlink_metadata(&path).expect("there");
        if found.is_symlink() {
            let target = std::fs::read_link(&path).expect("a link");
            files.insert(path, target.into_os_string().into_encoded_bytes());
        } else if found.is_dir() {
            files.extend(files_in(&path));
            files.insert(path, b"a folder".to_vec());
        } else {
            let bytes = std::fs::read(&path).expect("readable");
            files.insert(path, bytes);
        }
    }
    files
}

/// Everything is as it was. Where a log has to be looked into SQLite puts its side files beside it, a
/// `-wal` with nothing in it among them.
fn assert_untouched(before: &Files, folder: &Path, run: &Run) {
    let mut after = files_in(folder);
    after.retain(|path, bytes| {
        let name = path.to_string_lossy();
        let is_side_file = name.ends_with("-shm") || name.ends_with("-wal") && bytes.is_empty();
        before.contains_key(path) || !is_side_file
    });
    assert!(after == *before, "not as it was: {:?} {run}", after.keys());
}

/// A folder of its own with a store in it that has one record.
fn store(home: &Home, name: &str) -> PathBuf {
    let folder = home.path(name);
    std::fs::create_dir(&folder).expect("a folder");
    let store = folder.join("store.db");
    one_more_record(home, &store);
    store
}

fn one_more_record(home: &Home, store: &Path) {
    let call = home.call("assist on --all --store");
    call.arg(store).exits(0);
}

fn beside(store: &Path, what: &str) -> PathBuf {
    let mut path = store.as_os_str().to_owned();
    path.push(what);
    path.into()
}

/// Replaces bytes of a store's header.
fn patch(store: &Path, offset: usize, with: &[u8]) {
    let mut bytes = std::fs::read(store).expect("a store");
    bytes[offset..offset + with.len()].copy_from_slice(with);
    std::fs::write(store, bytes).expect("written");
}

/// Where in a header SQLite keeps the program's numbers.
const USER_VERSION: usize = 60;
const APPLICATION_ID: usize = 68;

/// A store that cannot be used: how it comes about, and what is said.
struct Fault {
    name: &'static str,
    make: fn(&Home, &Path),
    says: &'static [&'static str],
}

const FAULTS: [Fault; 10] = [
    Fault {
        name: "of-another-program",
        make: |_, store| patch(store, APPLICATION_ID, b"OTHR"),
        says: &[
            "belongs to another program",
            "name another file with --store",
        ],
    },
    Fault {
        name: "of-a-newer-version",
        make: |_, store| patch(store, USER_VERSION, &[0, 0, 255, 255]),
        says: &[
            "has schema 65535",
            "use the version of the program that wrote it",
        ],
    },
    Fault {
        name: "no-database",
        make: |_, store| std::fs::write(store, "dear diary\n".repeat(2_000)).expect("written"),
        says: &["is no SQLite database", "name another file with --store"],
    },
    Fault {
        name: "link",
        make: |_, store| {
            let target = beside(store, ".elsewhere");
            std::fs::rename(store, &target).expect("renamed");
            link(&target, store);
        },
        says: &["symbolic link", "name the file itself"],
    },
    Fault {
        name: "link-beside",
        make: |_, store| {
            let head = beside(store, ".audit-head");
            let target = beside(store, ".elsewhere");
            std::fs::rename(&head, &target).expect("renamed");
            link(&target, &head);
        },
        says: &["symbolic link", "name the file itself"],
    },
    Fault {
        name: "folder",
        make: |_, store| {
            std::fs::remove_file(store).expect("removed");
            std::fs::remove_file(beside(store, ".audit-head")).expect("removed");
            std::fs::create_dir(store).expect("a folder");
        },
        says: &["cannot open the store", "writable"],
    },
    Fault {
        name: "restored-from-a-backup",
        make: |home, store| {
            let backup = std::fs::read(store).expect("a store");
            one_more_record(home, store);
            std::fs::write(store, backup).expect("restored");
        },
        says: &[
            "audit records 2 to 2 are missing",
            "restore them from a backup",
        ],
    },
    Fault {
        name: "gone-from-beside-its-head",
        make: |_, store| std::fs::remove_file(store).expect("removed"),
        says: &[
            "audit records 1 to 1 are missing",
            "restore them from a backup",
        ],
    },
    Fault {
        name: "another-log",
        make: |home, store| {
            let folder = store.with_file_name("another");
            std::fs::create_dir(&folder).expect("a folder");
            let another = folder.join("store.db");
            one_more_record(home, &another);
            std::fs::copy(another, store).expect("copied");
        },
        says: &["audit records up to 1 are not those", "kept as evidence"],
    },
    Fault {
        name: "head-of-nonsense",
        make: |_, store| std::fs::write(beside(store, ".audit-head"), "x").expect("written"),
        says: &["head of the audit log cannot be read", "kept as evidence"],
    },
];

#[cfg(unix)]
fn link(target: &Path, place: &Path) {
    std::os::unix::fs::symlink(target, place).expect("a link");
}

#[cfg(not(unix))]
fn link(target: &Path, place: &Path) {
    std::os::windows::fs::symlink_file(target, place).expect("a link");
}

/// Whatever writes meets the fault, and leaves everything as it is.
fn meets(home: &Home, store: &Path, says: &[&str]) -> BTreeSet<String> {
    let folder = store.parent().expect("a folder");
    let before = files_in(folder);
    let mut errors = BTreeSet::new();
    for command in ["fetch --sandbox", "assist off --all", "cache purge"] {
        let run = home.call(command).arg("--store").arg(store).exits(6);
        run.says(says);
        errors.insert(refused(&run));
        assert_untouched(&before, folder, &run);
    }
    errors
}

/// What a run that answered nothing said was wrong.
fn refused(run: &Run) -> String {
    assert!(run.stdout.is_empty(), "{run}");
    assert!(run.stderr.contains("\nhint: "), "{run}");
    let error = run.stderr.lines().find(|line| line.starts_with("error: "));
    error
        .unwrap_or_else(|| panic!("no error in {run}"))
        .to_owned()
}

#[test]
fn each_fault_has_its_own_words_and_nothing_is_touched() {
    let home = Home::new();
    let mut told: BTreeMap<String, &str> = BTreeMap::new();
    for Fault { name, make, says } in FAULTS {
        let store = store(&home, name);
        make(&home, &store);
        for error in meets(&home, &store, says) {
            if let Some(other) = told.insert(error.clone(), name) {
                // A link is a link, whichever of both files it is.
                let alike = [other, name].iter().all(|name| name.starts_with("link"));
                assert!(alike || other == name, "{name} and {other}: {error}");
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_store_of_somebody_else_is_refused_and_left_alone() {
    let home = Home::new();
    let store = store(&home, "of-somebody-else");
    if std::os::unix::fs::chown(&store, Some(12_345), None).is_err() {
        eprintln!("SKIPPED: this user cannot give files away");
        return;
    }
    let says = ["belongs to user 12345", "run this as the owner"];
    meets(&home, &store, &says);
}

/// The program with these words at the store in `folder`, in a namespace of its own, by a shell's
/// script in which `$0` is the folder and `"$@"` the program; it ends with 99 where it cannot go on.
/// `None` where there is no such namespace.
#[cfg(target_os = "linux")]
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn in_a_namespace(home: &Home, folder: &Path, script: &str, words: &str) -> Option<Run> {
    let call = home.call(words).arg("--store").arg(folder.join("store.db"));
    let wrapper = ["-rm", "sh", "-c", script].map(OsStr::new);
    let words = [&wrapper[..], &[folder.as_os_str()]].concat();
    let run = call.behind("unshare", &words).run();
    if run.code == Some(99) || run.stderr.starts_with("unshare: ") {
        eprintln!("SKIPPED: no namespace of one's own here");
        return None;
    }
    Some(run)
}

#[cfg(target_os = "linux")]
#[test]
fn a_store_on_a_medium_that_is_read_only_is_refused_and_left_alone() {
    let home = Home::new();
    let store = store(&home, "read-only");
    let folder = store.parent().expect("a folder");
    let before = files_in(folder);
    let script = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" || exit 99; \
                  exec \"$@\"";
    for command in ["fetch --sandbox", "assist off --all"] {
        let Some(run) = in_a_namespace(&home, folder, script, command) else {
            return;
        };
        assert_eq!(run.code, Some(6), "{run}");
        run.says(&["the store is read-only", "make the store's folder writable"]);
        refused(&run);
        assert_untouched(&before, folder, &run);
    }
    // Whoever only reads can.
    let run = in_a_namespace(&home, folder, script, "audit list").expect("as before");
    assert_eq!(run.code, Some(0), "{run}");
}

/// In a file system that has no room for another record but what is kept for that.
#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_nothing_is_answered_and_the_log_says_so() {
    let home = Home::new();
    let store = store(&home, "full");
    let folder = store.parent().expect("a folder");
    let kept = home.path("kept");
    std::fs::create_dir_all(kept.join("before")).expect("a folder");
    // All is taken but what the side files need of one that opens it.
    let script = format!(
        "cp \"$0\"/* {kept}/before && mount -t tmpfs -o size=4m none \"$0\" || exit 99; \
         cp {kept}/before/* \"$0\"; head -c 80000 /dev/zero > \"$0\"/room; \
         cat /dev/zero > \"$0\"/filler 2>/dev/null; rm \"$0\"/room; \
         \"$@\"; code=$?; cp \"$0\"/store.db* {kept}/; exit $code",
        kept = kept.display()
    );
    let words = "fetch --sandbox --no-cache";
    let Some(run) = in_a_namespace(&home, folder, &script, words) else {
        return;
    };
    assert_eq!(run.code, Some(6), "{run}");
    run.says(&["the store is full", "free some space"]);
    refused(&run);
    let found = home
        .call("audit query")
        .arg("SELECT records, reasons FROM audit_unwritten");
    let found = found
        .arg("--store")
        .arg(kept.join("store.db"))
        .exits(0)
        .json();
    assert_eq!(found[0]["records"], 1, "{found}");
}

#[test]
fn two_processes_at_one_store_both_record_and_both_answer() {
    let home = Home::new();
    let store = store(&home, "shared");
    let start = || {
        let call = home.call("fetch --sandbox --no-cache --store").arg(&store);
        let mut command = call.into_command();
        command.stdout(std::process::Stdio::null());
        command.stderr(std::process::Stdio::null());
        command.spawn().expect("a process")
    };
    for mut process in [start(), start(), start()] {
        let status = process.wait().expect("its end");
        assert_eq!(status.code(), Some(0));
    }
    let count = "SELECT count(*) AS answers FROM audit_fetches WHERE outcome = 'completed'";
    let found = home.call("audit query").arg(count).arg("--store");
    assert_eq!(found.arg(&store).exits(0).json()[0]["answers"], 3);
}
