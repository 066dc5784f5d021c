//! Whatever is changed in an archive is found, from its files alone.

use std::io::Write as _;
use std::path::Path;

use agent_assist_sqlite::{ArchiveFault, verify_archive};
use agent_assist_tlog::{Frontier, TreeHead, leaf_hash};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{fill, folder, fresh, lines_of, run};

/// Writes records anew, as if they had been archived like that.
fn rewrite(path: &Path, lines: &[String]) {
    let file = std::fs::File::create(path).expect("create");
    let mut gzip = GzEncoder::new(file, Compression::default());
    for line in lines {
        writeln!(gzip, "{line}").expect("write");
    }
    gzip.finish().expect("finish");
}

#[tokio::test]
async fn whatever_is_changed_in_an_archive_is_found() {
    let (store, place) = fresh().await;
    fill(&store, 0..20).await;
    let (archives, _) = run(&store, &folder(&place.file()), 15).await;
    let (records, manifest) = (archives[0].records_path(), archives[0].manifest_path());
    let lines = lines_of(&records);
    let original = std::fs::read(&records).expect("read");
    let told = std::fs::read_to_string(&manifest).expect("read");
    let verified = || verify_archive(&manifest, &[]);
    verified().expect("as it was written");

    let mut edited = lines.clone();
    edited[6] = edited[6].replace("\"e-6\"", "\"e-7\"");
    rewrite(&records, &edited);
    assert!(matches!(verified(), Err(ArchiveFault::Record { first: 7 })));
    let mut swapped = lines.clone();
    swapped.swap(3, 4);
    rewrite(&records, &swapped);
    assert!(matches!(verified(), Err(ArchiveFault::Record { first: 3 })));
    rewrite(&records, &lines[..12]);
    let missing = ArchiveFault::Missing {
        first: 13,
        last: 15,
    };
    assert_eq!(
        verified().expect_err("short").to_string(),
        missing.to_string()
    );
    let more: Vec<String> = lines.iter().chain(&lines[14..]).cloned().collect();
    rewrite(&records, &more);
    assert!(matches!(verified(), Err(ArchiveFault::More { last: 15 })));
    // The last record has nobody who names it.
    let mut last = lines.clone();
    last[14] = last[14].replace("\"e-14\"", "\"e-99\"");
    rewrite(&records, &last);
    assert!(matches!(verified(), Err(ArchiveFault::Root)));
    // The same records, in other bytes.
    let file = std::fs::File::create(&records).expect("create");
    let mut gzip = GzEncoder::new(file, Compression::none());
    gzip.write_all((lines.join("\n") + "\n").as_bytes())
        .expect("write");
    gzip.finish().expect("finish");
    assert!(matches!(verified(), Err(ArchiveFault::File)));
    for at in [0, original.len() / 2, original.len() - 1] {
        let mut flipped = original.clone();
        flipped[at] ^= 1;
        std::fs::write(&records, &flipped).expect("write");
        assert!(verified().is_err(), "byte {at}");
    }
    std::fs::write(&records, &original).expect("write");

    let document: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    let lies: [(&str, serde_json::Value); 8] = [
        ("/first_seq", 2.into()),
        ("/last_seq", 14.into()),
        ("/tree_after/root", document["file_sha256"].clone()),
        ("/tree_then/root", document["file_sha256"].clone()),
        ("/tree_before/root", document["file_sha256"].clone()),
        ("/consistency", serde_json::json!([])),
        ("/file_sha256", document["tree_after"]["root"].clone()),
        ("/format", "agent-assist audit archive 2".into()),
    ];
    for (pointer, lie) in lies {
        let mut document = document.clone();
        *document.pointer_mut(pointer).expect(pointer) = lie;
        std::fs::write(&manifest, document.to_string()).expect("write");
        assert!(verified().is_err(), "{pointer}");
    }
    std::fs::write(&manifest, &told).expect("write");
    verified().expect("as it was written");

    // A state in the middle, as a checkpoint kept elsewhere tells it.
    let leaves = lines[..7].iter().map(|line| leaf_hash(line.as_bytes()));
    let mut frontier = Frontier::new();
    leaves.for_each(|leaf| {
        frontier.push(leaf).expect("room");
    });
    let right = frontier.head();
    let against = |state| verify_archive(&manifest, &[state]).map(|verified| verified.had);
    assert_eq!(against(right).expect("it was so"), [right]);
    let other = TreeHead {
        root: leaf_hash(b"another"),
        ..right
    };
    assert!(matches!(against(other), Err(ArchiveFault::Fork)));
    let elsewhere = TreeHead { size: 700, ..other };
    assert_eq!(against(elsewhere).expect("nothing is said"), []);
}
