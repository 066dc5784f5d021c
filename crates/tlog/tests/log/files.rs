//! Proof files: what is read, what is believed, and everything that is not.

use agent_assist_tlog::{
    Checkpoint, Frontier, Hash, InclusionProof, MAX_PROOF_FILE_BYTES, NoteError,
    OpenCheckpointError, OpenError, ProofError, ProofFile, ProofFileError, SigningKey,
    VerifyFileError, leaf_hash,
};

use crate::naive;

const ORIGIN: &str = "log.example";

fn key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, &[1; 32]).expect("a key")
}

fn record(index: u64) -> Vec<u8> {
    format!("entry {index}\n").into_bytes()
}

/// That a record is in a log of ten.
fn proof(index: u64) -> ProofFile {
    let leaves = naive::leaves(10);
    let mut reader = naive::reader(&leaves);
    let proof = InclusionProof::prove(index, 10, &mut reader).expect("a proof");
    let head = Frontier::load(10, &mut reader).expect("hashes").head();
    let checkpoint = Checkpoint::new(ORIGIN, head).expect("an origin");
    ProofFile::new(proof, checkpoint.sign(&key()).expect("a note"))
}

#[test]
fn a_file_is_laid_out_as_specified() {
    let file = proof(7).with_extra(b"anything".to_vec());
    let leaves = naive::leaves(10);
    let path: Vec<String> = naive::inclusion(7, &leaves)
        .iter()
        .map(Hash::to_base64)
        .collect();
    let expected = format!(
        "c2sp.org/tlog-proof@v1\nextra YW55dGhpbmc=\nindex 7\n{}\n\n{}",
        path.join("\n"),
        file.checkpoint()
    );
    assert_eq!(file.to_string(), expected);
    assert_eq!(expected.parse(), Ok(file));
    assert!(
        proof(0)
            .to_string()
            .starts_with("c2sp.org/tlog-proof@v1\nindex 0\n")
    );
}

/// The first lines of the specification's example; its signatures are cut short there.
#[test]
fn the_specifications_example_is_read() {
    let checkpoint = proof(0).checkpoint().to_string();
    let file = format!(
        "c2sp.org/tlog-proof@v1\n\
         extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ\n\
         index 73894\n\
         gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n\
         B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n\
         EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=\n\
         RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=\n\
         AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=\n\n{checkpoint}"
    );
    let file: ProofFile = file.parse().expect("a proof");
    assert_eq!(file.index(), 73_894);
    let extra = file.extra().expect("extra data");
    assert!(extra.starts_with(b"age-v1.2.1-darwin-arm64.tar.gz"));
}

#[test]
fn a_record_is_proven_to_who_knows_the_key() {
    let keys = [key().verifier()];
    for index in 0..10 {
        let file = proof(index);
        let checkpoint = file.verify(&record(index), ORIGIN, &keys).expect("a proof");
        assert_eq!(checkpoint.head().size, 10);
        for other in (0..10).filter(|other| *other != index) {
            let verified = file.verify(&record(other), ORIGIN, &keys);
            assert_eq!(verified, Err(VerifyFileError::Proof(ProofError::Root)));
        }
    }
    // Hashing the leaf or the nodes is not what a record can be taken for.
    let leaves = naive::leaves(10);
    let pair = [leaves[0].as_bytes().as_slice(), leaves[1].as_bytes()].concat();
    proof(0)
        .verify(&pair, ORIGIN, &keys)
        .expect_err("a node is no record");

    let (file, stranger) = (
        proof(0),
        SigningKey::from_seed(ORIGIN, &[2; 32]).expect("a key"),
    );
    let verified = file.verify(&record(0), ORIGIN, &[stranger.verifier()]);
    let unknown = OpenCheckpointError::Note(OpenError::UnknownKey);
    assert_eq!(verified, Err(VerifyFileError::Checkpoint(unknown)));
    let verified = file.verify(&record(0), "other.example", &keys);
    let other = OpenCheckpointError::OtherOrigin;
    assert_eq!(verified, Err(VerifyFileError::Checkpoint(other)));
}

/// Changes of every byte but those of the extra data, for which nothing vouches.
#[test]
fn a_file_that_was_changed_anywhere_proves_nothing() {
    let file = proof(6).to_string().into_bytes();
    let keys = [key().verifier()];
    let proven = |file: &[u8]| {
        let file = ProofFile::from_bytes(file).ok()?;
        file.verify(&record(6), ORIGIN, &keys).ok()
    };
    assert!(proven(&file).is_some());
    for at in 0..file.len() {
        for bit in [0, 5] {
            let mut changed = file.clone();
            changed[at] ^= 1 << bit;
            assert_eq!(proven(&changed), None, "byte {at}, bit {bit}");
        }
        let shorter = [&file[..at], &file[at + 1..]].concat();
        assert_eq!(proven(&shorter), None, "without byte {at}");
        assert_eq!(proven(&file[..at]), None, "the first {at} bytes");
    }
}

#[test]
fn malformed_files_are_refused() {
    let file = proof(3).with_extra(vec![0; 3]).to_string();
    let long_path = |length| {
        let path = vec![leaf_hash(b""); length];
        let (index, size) = (3, 10);
        let proof = InclusionProof { index, size, path };
        ProofFile::new(proof, self::proof(3).checkpoint().clone()).to_string()
    };
    assert!(long_path(64).parse::<ProofFile>().is_ok());
    for (file, error) in [
        (String::new(), ProofFileError::Header),
        (file.replace("@v1", "@v2"), ProofFileError::Header),
        (format!("\n{file}"), ProofFileError::Header),
        (file.replace("AAAA", ""), ProofFileError::Extra),
        (file.replace("AAAA", "AAA"), ProofFileError::Extra),
        (file.replace("index 3\n", ""), ProofFileError::Index),
        (file.replace("index 3", "index 03"), ProofFileError::Index),
        (file.replace("index 3", "index  3"), ProofFileError::Index),
        (
            file.replace("index 3", "index 18446744073709551616"),
            ProofFileError::Index,
        ),
        (
            file.replace("index", "extra AAAA\nindex"),
            ProofFileError::Index,
        ),
        (
            file.replace("index 3", "index 3\nindex 3"),
            ProofFileError::Path,
        ),
        (
            file.replace("index 3", "index 3\nAAAA"),
            ProofFileError::Path,
        ),
        (long_path(65), ProofFileError::Path),
        (file.replace('\n', "\r\n"), ProofFileError::Header),
    ] {
        assert_eq!(file.parse::<ProofFile>(), Err(error), "{file:?}");
    }
    let (proof, _) = file.split_once("\n\n").expect("an empty line");
    for unsigned in [
        proof.to_owned(),
        format!("{proof}\n"),
        format!("{proof}\n\n"),
    ] {
        let parsed = unsigned.parse::<ProofFile>();
        assert!(parsed.is_err(), "{unsigned:?}");
    }
    let unsigned = format!("{proof}\n\nlog.example\n");
    let error = ProofFileError::Checkpoint(NoteError::Unsigned);
    assert_eq!(unsigned.parse::<ProofFile>(), Err(error));
    let long = vec![b'x'; MAX_PROOF_FILE_BYTES + 1];
    assert_eq!(ProofFile::from_bytes(&long), Err(ProofFileError::TooLong));
}

#[test]
fn empty_extra_data_is_none() {
    assert_eq!(proof(0).with_extra(Vec::new()), proof(0));
}
