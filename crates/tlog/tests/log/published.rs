//! What others have published about the same formats, as facts.

use std::{fs, path::Path};

use agent_assist_tlog::{
    Checkpoint, ConsistencyProof, Hash, InclusionProof, KeyError, NoteError, OpenError, SignedNote,
    SigningKey, TreeHead, VerifierKey, open,
};
use serde::Deserialize;

/// Keys and signatures of the tests of Go's `golang.org/x/mod/sumdb/note`.
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETERS_SECRET: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const ENOCH: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
const BY_PETER: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2p\
                        ZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const BY_ENOCH: &str = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5\
                        ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

fn keys<const N: usize>(keys: [&str; N]) -> [VerifierKey; N] {
    keys.map(|key| key.parse().expect("a key"))
}

/// Everything one could take for the key: each part of it, and it with one character changed.
fn manglings(key: &str) -> impl Iterator<Item = String> {
    let parts = (0..key.len()).flat_map(move |start| {
        let ends = (start..=key.len()).filter(move |end| (start, *end) != (0, key.len()));
        ends.map(move |end| key[start..end].to_owned())
    });
    let changed = (0..key.len()).map(|at| {
        let mut bytes = key.as_bytes().to_vec();
        bytes[at] += 1;
        String::from_utf8(bytes).expect("ASCII")
    });
    parts.chain(changed)
}

#[test]
fn gos_public_key_is_read_and_no_mangling_of_it() {
    assert_eq!(keys([PETER])[0].to_string(), PETER);
    assert_eq!(keys([PETER])[0].name(), "PeterNeumann");
    for mangled in manglings(PETER) {
        assert!(mangled.parse::<VerifierKey>().is_err(), "{mangled}");
    }
    let too_long = "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==";
    // Its last character has stray bits, too.
    assert_eq!(too_long.parse::<VerifierKey>(), Err(KeyError::Malformed));
    let too_long = too_long.replace("KEY==", "KEQ==");
    assert_eq!(too_long.parse::<VerifierKey>(), Err(KeyError::PublicKey));
    let unknown = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(unknown.parse::<VerifierKey>(), Err(KeyError::Algorithm));
}

#[test]
fn gos_secret_key_is_read_and_no_mangling_of_it() {
    let key: SigningKey = PETERS_SECRET.parse().expect("a key");
    assert_eq!(*key.to_secret(), PETERS_SECRET);
    assert_eq!(key.verifier().to_string(), PETER);
    for mangled in manglings(PETERS_SECRET) {
        assert!(mangled.parse::<SigningKey>().is_err(), "{mangled}");
    }
}

/// The key that Go's example makes of a source of zeros.
#[test]
fn gos_key_of_zeros_is_ours() {
    let key = SigningKey::from_seed("EnochRoot", &[0; 32]).expect("a key");
    assert_eq!(key.verifier().to_string(), ENOCH);
}

#[test]
fn gos_signatures_are_ours() {
    let peter: SigningKey = PETERS_SECRET.parse().expect("a key");
    let mut note = SignedNote::sign(TEXT, &peter).expect("a note");
    assert_eq!(note.to_string(), format!("{TEXT}\n{BY_PETER}"));
    let enoch = SigningKey::from_seed("EnochRoot", &[0; 32]).expect("a key");
    note.cosign(&enoch).expect("room");
    assert_eq!(note.to_string(), format!("{TEXT}\n{BY_PETER}{BY_ENOCH}"));
}

#[test]
fn notes_are_opened_as_go_opens_them() {
    let both = format!("{TEXT}\n{BY_PETER}{BY_ENOCH}");
    let opened = |note: &str, keys: &[VerifierKey]| {
        let opened = open(note.as_bytes(), keys)?;
        assert_eq!(opened.note.text(), TEXT);
        let names = opened.signers.iter().map(|key| key.name().to_owned());
        Ok::<_, OpenError>(names.collect::<Vec<_>>())
    };
    let peter = || Ok(vec!["PeterNeumann".to_owned()]);
    assert_eq!(opened(&both, &keys([PETER])), peter());
    assert_eq!(opened(&both, &keys([ENOCH, PETER])).expect("both").len(), 2);
    assert_eq!(opened(&both, &[]), Err(OpenError::UnknownKey));

    let repeated = format!("{TEXT}\n{}", BY_PETER.repeat(2));
    assert_eq!(opened(&repeated, &keys([PETER])), peter());
    let unknown_is_wrong = format!("{TEXT}\n{BY_PETER}{}", BY_ENOCH.replace("2tiO", "ABCD2tiO"));
    assert_eq!(opened(&unknown_is_wrong, &keys([PETER])), peter());

    let wrong = opened(&both.replace("SffcvI", "SffcvJ"), &keys([PETER, ENOCH]));
    assert!(matches!(wrong, Err(OpenError::BadSignature { name, .. }) if name == "PeterNeumann"));
    let longer = opened(&both.replace("SffcvI", "ABCDSffcvI"), &keys([PETER]));
    assert!(matches!(longer, Err(OpenError::BadSignature { .. })));
    // Of the same name or the same id, but not both, is unknown.
    let misnamed = both.replace("PeterNeumann", "CarmenSandiego");
    assert_eq!(
        opened(&misnamed, &keys([PETER])),
        Err(OpenError::UnknownKey)
    );
    let other_id = both.replace("x08g", "xxxx");
    assert_eq!(
        opened(&other_id, &keys([PETER])),
        Err(OpenError::UnknownKey)
    );
}

#[test]
fn notes_that_go_calls_malformed_are_malformed() {
    let malformed = |note: &[u8]| SignedNote::from_bytes(note).expect_err("malformed");
    let signed = format!("{TEXT}\n{BY_PETER}");
    assert_eq!(malformed(TEXT.as_bytes()), NoteError::Unsigned);
    assert_eq!(
        malformed(format!("{TEXT}\n").as_bytes()),
        NoteError::Unsigned
    );
    assert_eq!(
        malformed(signed.trim_end().as_bytes()),
        NoteError::Signature(1)
    );
    assert_eq!(
        malformed(format!("\x01{signed}").as_bytes()),
        NoteError::Text
    );
    assert_eq!(
        malformed(&[b"\xff", signed.as_bytes()].concat()),
        NoteError::Text
    );
    let bad_name = signed.replace("PeterNeumann", "Bad Name");
    assert_eq!(malformed(bad_name.as_bytes()), NoteError::Signature(1));
    let further = format!("{signed}Unexpected line.\n");
    assert_eq!(malformed(further.as_bytes()), NoteError::Signature(2));
    let many = format!("{TEXT}\n{}", BY_PETER.repeat(101));
    assert_eq!(malformed(many.as_bytes()), NoteError::TooManySignatures);
}

/// The examples of the specifications.
#[test]
fn the_specifications_examples_are_read() {
    let key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    let note = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXp\
                pzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    let keys = keys([key]);
    let opened = open(note.as_bytes(), &keys).expect("a note");
    assert_eq!(opened.note.text(), "This is an example message.\n");
    assert_eq!(opened.signers, [&keys[0]]);

    let verse = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\n\
                 ed è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2\
                 i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    let verse: SignedNote = verse.parse().expect("a note");
    assert!(verse.text().ends_with("\n\ned è subito sera.\n"));

    let checkpoint = "example.com/behind-the-sofa\n20852163\n\
                      CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let checkpoint: Checkpoint = checkpoint.parse().expect("a checkpoint");
    assert_eq!(checkpoint.origin(), "example.com/behind-the-sofa");
    assert_eq!(checkpoint.head().size, 20_852_163);
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Probe {
    name: String,
    want_err: bool,
    proof: Option<Vec<String>>,
    // Of inclusion.
    leaf_idx: Option<u64>,
    tree_size: Option<u64>,
    leaf_hash: Option<String>,
    root: Option<String>,
    // Of consistency.
    size1: Option<u64>,
    size2: Option<u64>,
    root1: Option<String>,
    root2: Option<String>,
}

/// Whether the proof that is probed is good. What is no hash of 32 bytes is none of a proof.
fn is_good(probe: &Probe) -> Option<bool> {
    let hash = |text: &Option<String>| Hash::from_base64(text.as_deref()?).ok();
    let path = probe.proof.iter().flatten();
    let path = path
        .map(|text| Hash::from_base64(text).ok())
        .collect::<Option<Vec<_>>>()?;
    let verified = if let (Some(index), Some(size)) = (probe.leaf_idx, probe.tree_size) {
        let root = hash(&probe.root)?;
        let proof = InclusionProof { index, size, path };
        proof.verify(hash(&probe.leaf_hash)?, &TreeHead { size, root })
    } else {
        let (from, to) = (probe.size1?, probe.size2?);
        let head = |size, root| {
            Some(TreeHead {
                size,
                root: hash(root)?,
            })
        };
        let proof = ConsistencyProof { from, to, path };
        proof.verify(&head(from, &probe.root1)?, &head(to, &probe.root2)?)
    };
    Some(verified.is_ok())
}

#[test]
fn the_published_probes_are_judged_as_published() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/published/probes.jsonl");
    let probes = fs::read_to_string(path).expect("probes");
    let mut judged = [0, 0];
    for line in probes.lines() {
        let probe: Probe = serde_json::from_str(line).expect("a probe");
        // "don't care 2" is a root there.
        if probe.name == "consistency/additional/sizes-are-equal-one-and-proof-is-empty" {
            assert_eq!(is_good(&probe), None);
            continue;
        }
        let good = is_good(&probe).unwrap_or_default();
        assert_eq!(good, !probe.want_err, "{}", probe.name);
        judged[usize::from(good)] += 1;
    }
    assert_eq!(judged, [184, 11]);
}
