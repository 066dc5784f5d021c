//! Each [attack](super::attacks) on a log that the tests of the store know has its exit code and the
//! right sequence number by the program, too.

use agent_assist_domain::audit::{Damage, LogHead};
use agent_assist_tlog::{Checkpoint, Hash, SigningKey, TreeHead};
use tokio::runtime::Runtime;

use super::attacks::{Attack, Seeded};
use super::harness::Home;

/// How often a log is attacked here, undetectable attacks not counted.
const AT_LEAST: usize = 40;

/// The contract.
fn code(damage: Damage) -> i32 {
    match damage {
        Damage::Altered => 10,
        Damage::Truncated => 11,
        Damage::Fork => 12,
        Damage::BadSignature => 13,
        Damage::Projection => 14,
    }
}

/// A checkpoint of `head` as it was kept elsewhere.
fn checkpoint(head: &LogHead, key: &SigningKey) -> String {
    let head = TreeHead {
        size: head.size,
        root: Hash::from_bytes(head.root),
    };
    let checkpoint = Checkpoint::new(key.name(), head).expect("an origin");
    checkpoint.sign(key).expect("signed").to_string()
}

/// That the program says of a store what has happened to it.
fn is_told(home: &Home, attack: &Attack) {
    let key = SigningKey::from_seed("log.example", &[7; 32]).expect("a name");
    let mut call = home.call("audit verify --output json --store");
    call = call.arg(attack.file());
    for (number, head) in attack.known.iter().enumerate() {
        let kept = home.write(&format!("checkpoint-{number}"), &checkpoint(head, &key));
        call = call.arg("--checkpoint").arg(kept);
    }
    if !attack.known.is_empty() {
        call = call.arg("--key").arg(key.verifier().to_string());
    }
    let (expected, verdict, seq) = match attack.found {
        Some((damage, seq)) => (code(damage), damage.as_str(), seq),
        None => (0, "consistent", None),
    };
    let run = call.run();
    assert_eq!(run.code, Some(expected), "{}: {run}", attack.name);
    let told = run.json();
    assert_eq!(told["verdict"], verdict, "{}: {run}", attack.name);
    assert_eq!(
        told["first_bad_seq"].as_u64(),
        seq,
        "{}: {run}",
        attack.name
    );
}

#[test]
fn every_attack_has_its_exit_code_and_the_right_sequence_number() {
    let home = Home::new();
    let runtime = Runtime::new().expect("a runtime");
    let attacks = runtime.block_on(async {
        let seeded = Seeded::new().await;
        let mut all = vec![seeded.unharmed()];
        all.extend(seeded.by_statements().await);
        all.extend(seeded.hashed_again().await);
        all.extend(seeded.replaced().await);
        all.extend(seeded.pruned().await);
        all.extend(seeded.beside());
        all.extend(seeded.in_bytes().await);
        all
    });
    attacks.iter().for_each(|attack| is_told(&home, attack));
    let found: Vec<Damage> = attacks.iter().filter_map(|a| Some(a.found?.0)).collect();
    assert!(found.len() >= AT_LEAST, "{}", found.len());
    // Signatures are the business of `evidence`: these logs are not signed.
    for damage in [
        Damage::Altered,
        Damage::Truncated,
        Damage::Fork,
        Damage::Projection,
    ] {
        assert!(found.contains(&damage), "{damage:?}");
    }
}
