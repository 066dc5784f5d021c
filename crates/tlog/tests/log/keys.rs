//! Keys that give way to one another: how far each is believed, and by whom.

use agent_assist_tlog::{
    Checkpoint, HandOver, HandOverError, Hash, KeyChain, SignedNote, SigningKey, TreeHead,
};

const NAME: &str = "log.example";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(NAME, &[seed; 32]).expect("a name")
}

fn head(size: u64) -> TreeHead {
    let root = Hash::from_bytes([7; 32]);
    TreeHead { size, root }
}

fn hand_over(size: u64, old: u8, new: u8) -> HandOver {
    let note = HandOver::sign(head(size), &key(old), &key(new)).expect("a hand-over");
    HandOver::of(&note).expect("what was signed")
}

fn signed(size: u64, by: u8) -> SignedNote {
    let checkpoint = Checkpoint::new(NAME, head(size)).expect("a name");
    checkpoint.sign(&key(by)).expect("signed")
}

/// Whether who trusts `given` believes key `by` about a log of `size`.
fn believes(given: &[u8], hand_overs: &[HandOver], by: u8, size: u64) -> bool {
    let given = given.iter().map(|seed| key(*seed).verifier()).collect();
    let chain = KeyChain::new(given, hand_overs);
    chain.open(&signed(size, by)).is_some()
}

#[test]
fn a_hand_over_is_a_checkpoint_that_both_keys_have_signed() {
    let note = HandOver::sign(head(9), &key(1), &key(2)).expect("a hand-over");
    for by in [1, 2] {
        let opened = Checkpoint::open(&note, NAME, &[key(by).verifier()]);
        assert_eq!(opened.expect("signed").head(), head(9));
    }
    let text = note.to_string();
    let told = HandOver::of(&text.parse().expect("a note")).expect("a hand-over");
    assert_eq!(told, hand_over(9, 1, 2));
    assert_eq!(
        (told.old_key(), told.new_key()),
        (&key(1).verifier(), &key(2).verifier())
    );
    assert_eq!(HandOver::of(&signed(9, 1)), None);
}

#[test]
fn a_signature_that_is_missing_or_anothers_makes_it_none() {
    let text = |old: u8, new: u8| {
        let note = HandOver::sign(head(9), &key(old), &key(new)).expect("a hand-over");
        note.text().to_owned()
    };
    for (text, signers) in [
        (text(1, 2), &[1][..]),
        (text(1, 2), &[2]),
        (text(1, 2), &[1, 3]),
        (text(1, 2), &[3, 2]),
        (text(1, 2).replace("\n9\n", "\n10\n"), &[]),
    ] {
        let mut note = SignedNote::sign(text, &key(9)).expect("a note");
        for signer in signers {
            note.cosign(&key(*signer)).expect("room");
        }
        assert_eq!(HandOver::of(&note), None, "{signers:?}");
    }
    let other = SigningKey::from_seed("other.example", &[2; 32]).expect("a name");
    let two_logs = HandOver::sign(head(9), &key(1), &other);
    assert_eq!(two_logs, Err(HandOverError::Keys));
    let itself = HandOver::sign(head(9), &key(1), &key(1));
    assert_eq!(itself, Err(HandOverError::Keys));
}

#[test]
fn whoever_trusts_one_key_follows_to_those_before_and_behind_it() {
    let changes = [hand_over(10, 1, 2), hand_over(20, 2, 3)];
    for given in [1, 2, 3] {
        for (by, size, expected) in [
            (1, 10, true),
            (1, 11, given == 1),
            (2, 20, true),
            (2, 21, given == 2),
            (3, 21, true),
            (4, 5, false),
        ] {
            let believed = believes(&[given], &changes, by, size);
            assert_eq!(believed, expected, "{given} of {by} at {size}");
        }
    }
    assert!(!believes(&[3], &[], 2, 5), "without a hand-over");
    assert!(!believes(&[], &changes, 1, 5), "without a key");
}

/// Key 1 was found by somebody after it had given way: it names another successor, 9.
#[test]
fn a_key_that_gave_way_names_no_successor_to_those_who_know_a_later_one() {
    let changes = [hand_over(10, 1, 2), hand_over(500, 1, 9)];
    assert!(!believes(&[2], &changes, 9, 600));
    assert!(!believes(&[2], &changes, 1, 400), "nor prolongs itself");
    assert!(believes(&[1], &changes, 9, 600), "whoever trusts 1 must");
}
