//! Each [attack](super::attacks) on a log is found, by what it did and from where on. The tests of the
//! command line hold its exit codes against the same attacks.

use agent_assist_domain::audit::{Predecessor, Symptom, Verification};
use agent_assist_domain::ports::AuditTrail as _;
use agent_assist_sqlite::SqliteStore;

use super::attacks::{Attack, Seeded, entry};

async fn verify(attack: &Attack) -> Verification {
    let store = SqliteStore::open_read_only(&attack.file())
        .await
        .expect("open");
    let found = store.verify(&attack.known).await.expect("verify");
    store.close().await;
    found
}

async fn each_is_found(attacks: &[Attack]) {
    for attack in attacks {
        let found = verify(attack).await;
        let worst = found.worst().map(|fault| (fault.damage, fault.seq));
        assert_eq!(worst, attack.found, "{}: {:?}", attack.name, found.faults);
    }
}

#[tokio::test]
async fn every_attack_by_statements_is_found_from_the_right_record_on() {
    let seeded = Seeded::new().await;
    let found = verify(&seeded.unharmed()).await;
    assert_eq!(found.faults, [], "unharmed");
    each_is_found(&seeded.by_statements().await).await;
}

#[tokio::test]
async fn every_attack_that_hashes_again_is_found() {
    each_is_found(&Seeded::new().await.hashed_again().await).await;
}

#[tokio::test]
async fn logs_put_in_the_place_of_another_are_found() {
    each_is_found(&Seeded::new().await.replaced().await).await;
}

#[tokio::test]
async fn records_that_only_look_archived_are_missed() {
    each_is_found(&Seeded::new().await.pruned().await).await;
}

#[tokio::test]
async fn a_file_beside_the_store_that_was_tampered_with_is_found() {
    let attacks = Seeded::new().await.beside();
    each_is_found(&attacks).await;
    let nonsense = verify(&attacks[0]).await;
    assert_eq!(nonsense.faults[0].symptom, Symptom::OutsideHeadShape);
    let gone = verify(&attacks[3]).await;
    assert_eq!(gone.outside_head, None);
}

#[tokio::test]
async fn attacks_on_bytes_are_found() {
    each_is_found(&Seeded::new().await.in_bytes().await).await;
}

/// What a chain looks like is the domain's; here it is only replaced.
#[test]
fn the_chain_is_written_as_these_attacks_expect() {
    let chained = entry(1).to_chained(&Predecessor::Record([0; 32]));
    assert!(chained.contains(&format!("\"prev\":\"{}\"", "0".repeat(64))));
}
