//! Notes, keys and checkpoints: what is read, and everything that is not.

use agent_assist_tlog::{
    Checkpoint, CheckpointError, EMPTY_ROOT, KeyError, MAX_NOTE_BYTES, MAX_SIGNATURES, NoteError,
    OpenCheckpointError, OpenError, SignedNote, SigningKey, TreeHead, VerifierKey,
};

fn key(name: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(name, &[seed; 32]).expect("a key")
}

const HEAD: TreeHead = TreeHead {
    size: 0,
    root: EMPTY_ROOT,
};

fn checkpoint() -> Checkpoint {
    Checkpoint::new("log.example", HEAD).expect("an origin")
}

#[test]
fn a_key_keeps_its_secret_to_itself() {
    let key = key("log.example", 0xab);
    let shown = format!("{key:?} {key:#?} {:?}", key.verifier());
    let secret = key.to_secret();
    let seed = secret.rsplit('+').next().expect("the seed");
    for hint in [seed, "171, 171", "abab", "ABAB"] {
        assert!(!shown.contains(hint), "{shown}");
    }
    assert!(shown.contains("log.example"));
    let again: SigningKey = secret.parse().expect("a key");
    assert_eq!(again.verifier(), key.verifier());
}

#[test]
fn names_that_would_not_survive_a_note_are_refused() {
    for name in [
        "",
        "a b",
        "a+b",
        "a\nb",
        "a\u{a0}b",
        "a\u{2003}b",
        "a\tb",
        "a\u{1}b",
    ] {
        let refused = SigningKey::from_seed(name, &[1; 32]).map(|_| ());
        assert_eq!(refused, Err(KeyError::Name), "{name:?}");
        let public = key("log.example", 1).verifier();
        assert_eq!(
            VerifierKey::new(name, public.as_bytes()),
            Err(KeyError::Name)
        );
    }
}

/// The neutral element: with it as the key, one signature fits every text.
#[test]
fn a_key_for_which_anybody_can_sign_is_refused() {
    let mut weak = [0; 32];
    weak[0] = 1;
    assert_eq!(
        VerifierKey::new("log.example", &weak),
        Err(KeyError::PublicKey)
    );
}

#[test]
fn a_mistyped_key_is_refused() {
    let vkey = key("log.example", 1).verifier().to_string();
    for (mistyped, error) in [
        (vkey.replace("log.", "lag."), KeyError::Id),
        (vkey.to_uppercase(), KeyError::Malformed),
        (vkey.replacen('+', "", 1), KeyError::Malformed),
        (format!("{vkey}\n"), KeyError::Malformed),
        (format!("+{vkey}"), KeyError::Malformed),
        ("PRIVATE+KEY+x".to_owned(), KeyError::Malformed),
    ] {
        assert_eq!(mistyped.parse::<VerifierKey>(), Err(error), "{mistyped}");
    }
}

#[test]
fn a_known_keys_wrong_signature_spoils_a_note_that_others_signed_rightly() {
    let (log, witness) = (key("log.example", 1), key("witness.example", 2));
    let mut note = checkpoint().sign(&log).expect("a note");
    // The witness has signed something else.
    let other = SignedNote::sign("something else\n", &witness).expect("a note");
    note.add(other.signatures()[0].clone()).expect("room");
    assert_eq!(note.open(&[log.verifier()]).expect("the log's").len(), 1);
    let keys = [log.verifier(), witness.verifier()];
    let spoilt = note.open(&keys);
    assert!(
        matches!(spoilt, Err(OpenError::BadSignature { name, .. }) if name == "witness.example")
    );

    // The right one takes the place of the wrong.
    note.cosign(&witness).expect("room");
    let keys = [witness.verifier(), log.verifier()];
    let signers = note.open(&keys).expect("both");
    let names: Vec<&str> = signers.iter().map(|key| key.name()).collect();
    assert_eq!(names, ["log.example", "witness.example"]);
}

#[test]
fn a_note_is_of_the_text_that_was_signed() {
    let log = key("log.example", 1);
    let note = checkpoint().sign(&log).expect("a note").to_string();
    let text_end = note.find("\n\n").expect("an empty line");
    for at in 0..text_end {
        let mut changed = note.clone().into_bytes();
        changed[at] ^= 1;
        if let Ok(note) = SignedNote::from_bytes(&changed) {
            note.open(&[log.verifier()]).expect_err("changed");
        }
    }
}

#[test]
fn malformed_signature_lines_are_refused() {
    let note = checkpoint()
        .sign(&key("log.example", 1))
        .expect("a note")
        .to_string();
    let (_, line) = note.split_once("\n\n").expect("a signature");
    let base64 = line.trim_end().rsplit(' ').next().expect("base64");
    let with = |other: &str| note.replace(line, other).parse::<SignedNote>();
    assert!(with(line).is_ok());
    for line in [
        line.replace('—', "-"),
        line.replace("— ", "—"),
        line.replace("— ", "—  "),
        line.replace("example ", "example  "),
        line.replace("log.example", ""),
        line.replace("log.example", "log+example"),
        line.replace('\n', " \n"),
        line.replace('=', ""),
        // Five bytes are the least: an id and something.
        line.replace(base64, "AAAAAA=="),
        line.replace(base64, "AAAA"),
        line.replace(base64, ""),
        // A stray bit in the last character.
        line.replace(base64, "AAAAAAB="),
    ] {
        assert_eq!(with(&line), Err(NoteError::Signature(1)), "{line:?}");
    }
    assert!(with(&line.replace(base64, "AAAAAAA=")).is_ok());
    assert_eq!(
        with(&format!("{line}\n{line}"))
            .expect("a note")
            .text()
            .lines()
            .count(),
        5
    );
    assert_eq!(
        with(&line.replace('\n', "\r\n")),
        Err(NoteError::Signature(1))
    );
}

#[test]
fn what_is_too_much_is_refused() {
    let log = key("log.example", 1);
    let signed = |length| SignedNote::sign("x".repeat(length - 1) + "\n", &log);
    let room = MAX_NOTE_BYTES - (signed(1).expect("a note").to_string().len() - 1);
    let mut longest = signed(room).expect("a note");
    assert_eq!(longest.to_string().parse(), Ok(longest.clone()));
    assert_eq!(signed(room + 1), Err(NoteError::TooLong));
    let before = longest.clone();
    let witness = key("witness.example", 2);
    assert_eq!(longest.cosign(&witness), Err(NoteError::TooLong));
    assert_eq!(longest, before);
    let longer = format!("x{longest}");
    assert_eq!(longer.parse::<SignedNote>(), Err(NoteError::TooLong));

    let mut note = checkpoint().sign(&log).expect("a note");
    for witness in 1..MAX_SIGNATURES {
        note.cosign(&key(&format!("witness{witness}"), 2))
            .expect("room");
    }
    assert_eq!(note.to_string().parse(), Ok(note.clone()));
    assert_eq!(
        note.cosign(&key("late", 2)),
        Err(NoteError::TooManySignatures)
    );
    assert_eq!(note.cosign(&log), Ok(()));
}

#[test]
fn texts_that_no_note_can_hold_are_not_signed() {
    for text in ["", "no newline", "a\tb\n", "a\r\n", "a\0\n"] {
        let signed = SignedNote::sign(text, &key("log.example", 1));
        assert_eq!(signed, Err(NoteError::Text), "{text:?}");
    }
}

#[test]
fn malformed_checkpoints_are_refused() {
    let text = checkpoint()
        .with_extension("more")
        .expect("a line")
        .to_string();
    assert!(text.parse::<Checkpoint>().is_ok());
    let root = EMPTY_ROOT.to_base64();
    for (text, error) in [
        (String::new(), CheckpointError::Unfinished),
        (text.trim_end().to_owned(), CheckpointError::Unfinished),
        ("\n".to_owned(), CheckpointError::Size),
        (text.replace("log.example", ""), CheckpointError::Origin),
        (text.replace("log", "log\t"), CheckpointError::Origin),
        ("log.example\n".to_owned(), CheckpointError::Size),
        (text.replace("\n0\n", "\n00\n"), CheckpointError::Size),
        (text.replace("\n0\n", "\n+0\n"), CheckpointError::Size),
        (text.replace("\n0\n", "\n-1\n"), CheckpointError::Size),
        (text.replace("\n0\n", "\n\n"), CheckpointError::Size),
        (
            text.replace("\n0\n", "\n18446744073709551616\n"),
            CheckpointError::Size,
        ),
        ("log.example\n0\n".to_owned(), CheckpointError::Root),
        (text.replace(&root, "AAAA"), CheckpointError::Root),
        (text.replace(&root, &root[..43]), CheckpointError::Root),
        (text.replace("FU=", "FV="), CheckpointError::Root),
        (format!("{text}\n"), CheckpointError::Extension),
        (
            text.replace("more", "mo\u{1}re"),
            CheckpointError::Extension,
        ),
    ] {
        assert_eq!(text.parse::<Checkpoint>(), Err(error), "{text:?}");
    }
    let largest = text.replace("\n0\n", &format!("\n{}\n", u64::MAX));
    assert_eq!(
        largest.parse::<Checkpoint>().expect("a size").head().size,
        u64::MAX
    );
}

#[test]
fn lines_that_would_break_a_checkpoint_do_not_get_into_one() {
    for line in ["", "two\nlines", "a\tb"] {
        assert_eq!(Checkpoint::new(line, HEAD), Err(CheckpointError::Origin));
        assert_eq!(
            checkpoint().with_extension(line),
            Err(CheckpointError::Extension)
        );
    }
}

#[test]
fn a_checkpoint_is_believed_of_the_log_that_signed_it() {
    let (log, other) = (key("log.example", 1), key("other.example", 2));
    let note = checkpoint().sign(&log).expect("a note");
    let opened = |note, origin, key: &SigningKey| Checkpoint::open(note, origin, &[key.verifier()]);
    assert_eq!(opened(&note, "log.example", &log), Ok(checkpoint()));
    let unknown = Err(OpenCheckpointError::Note(OpenError::UnknownKey));
    assert_eq!(opened(&note, "log.example", &other), unknown);
    let elsewhere = opened(&note, "other.example", &log);
    assert_eq!(elsewhere, Err(OpenCheckpointError::OtherOrigin));
    let letter = SignedNote::sign("a letter\n", &log).expect("a note");
    let no_checkpoint = Err(OpenCheckpointError::Text(CheckpointError::Size));
    assert_eq!(opened(&letter, "log.example", &log), no_checkpoint);
}
