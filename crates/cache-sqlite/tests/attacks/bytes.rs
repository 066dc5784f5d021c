//! Bytes changed where SQLite does not look.

use std::fs;
use std::time::Duration;

use agent_assist_domain::audit::{Damage, Seq};
use agent_assist_domain::ports::AuditLog as _;

use super::{Attack, Seeded, SqliteStore, beside, copy_store, entries, entry};

/// What the entry of record 444 has in it.
const WANTED: &[u8] = b"\"request_id\":\"r-444\"";

/// The file of `attack`, and where in it that entry is.
fn found(attack: &Attack) -> (Vec<u8>, usize) {
    let bytes = fs::read(attack.file()).expect("read");
    let mut windows = bytes.windows(WANTED.len());
    let place = windows.position(|window| window == WANTED);
    (bytes, place.expect("the entry"))
}

/// A character of an entry, in the page where it lies.
pub(super) fn in_an_entry(seeded: &Seeded) -> Attack {
    let attack = seeded.unharmed().called("a byte of an entry");
    let (mut bytes, place) = found(&attack);
    bytes[place + WANTED.len() - 2] = b'5';
    fs::write(attack.file(), bytes).expect("write");
    attack.finds(Damage::Altered, Some(444))
}

/// The page of an entry made unreadable: its header says another kind of page. The first record in
/// it is the first that cannot be read.
pub(super) fn in_a_page(seeded: &Seeded) -> Attack {
    const PAGE: usize = 4096;
    let attack = seeded.unharmed().called("a page");
    let (mut bytes, place) = found(&attack);
    let start = place / PAGE * PAGE;
    bytes[start] = 0xff;
    let first = (1..=444).find(|seq| {
        let id = format!("\"request_id\":\"r-{seq}\"");
        let page = &bytes[start..start + PAGE];
        page.windows(id.len()).any(|window| window == id.as_bytes())
    });
    fs::write(attack.file(), bytes).expect("write");
    attack.finds(Damage::Altered, first)
}

/// A bit in the write-ahead log, behind which SQLite drops what was acknowledged.
pub(super) async fn in_the_log() -> Vec<Attack> {
    const RECORDS: usize = 120;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let live = folder.path().join("store.db");
    let store = SqliteStore::open(&live).await.expect("open");
    for number in 1..=RECORDS {
        store.append(&entry(number)).await.expect("append");
    }
    let told = format!("size {RECORDS:020}");
    tokio::time::timeout(Duration::from_secs(30), async {
        while !fs::read_to_string(beside(&live, ".audit-head"))
            .is_ok_and(|text| text.contains(&told))
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("the file beside the store");
    let mut all = Vec::new();
    for share in [3, 2] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let attack = Attack {
            name: format!("a bit of the write-ahead log, 1/{share}"),
            folder,
            known: Vec::new(),
            found: None,
        };
        copy_store(&live, &attack.file());
        let log = beside(&attack.file(), "-wal");
        let mut bytes = fs::read(&log).expect("a write-ahead log");
        let at = bytes.len() - bytes.len() / (2 * share);
        bytes[at] ^= 4;
        fs::write(&log, bytes).expect("write");
        let left = entries(&attack.file()).await.len();
        assert!(left < RECORDS, "{left}");
        all.push(attack.finds(Damage::Truncated, Some(left as Seq + 1)));
    }
    store.close().await;
    all
}
