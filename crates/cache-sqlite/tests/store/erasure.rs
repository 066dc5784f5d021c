//! What is forgotten is gone from the disk, not only out of sight.

use agent_assist_domain::person::{Drawn, EpochKey, PersonKind};
use agent_assist_domain::ports::{ConversationKey, ConversationKeys, Persons};
use agent_assist_testkit::build::{CONVERSATION, TENANT};

use super::{Place, at, fresh};

/// Not what SQLite would write by itself.
const BYTES: [u8; 32] = *b"the key of this one conversation";

fn is_on_disk(place: &Place, bytes: &[u8]) -> bool {
    let folder = std::fs::read_dir(place.0.path()).expect("a folder");
    let mut files = folder.map(|entry| std::fs::read(entry.expect("an entry").path()));
    files.any(|file| {
        let file = file.expect("a file");
        file.windows(bytes.len()).any(|window| window == bytes)
    })
}

#[tokio::test]
async fn a_forgotten_key_is_in_no_file_of_the_store() {
    let (store, place) = fresh().await;
    let key = ConversationKey::from_bytes(BYTES);
    let kept = store.key(TENANT, CONVERSATION, &key, at(0)).await;
    assert_eq!(kept.expect("key"), key);
    assert!(is_on_disk(&place, &BYTES), "the search would find it");
    assert!(
        ConversationKeys::forget(&store, TENANT, CONVERSATION)
            .await
            .expect("forget")
    );
    assert!(!is_on_disk(&place, &BYTES));
}

#[tokio::test]
async fn a_forgotten_person_is_in_no_file_of_the_store() {
    let (store, place) = fresh().await;
    let drawn = Drawn {
        secret: BYTES,
        nonce: *b"a nonce of 24 characters",
    };
    let key = EpochKey::new(1, [7; 32]);
    let person = key.admit(TENANT, PersonKind::Agent, "maria.lopez", &drawn);
    let kept = store.admit(TENANT, &person, at(0)).await;
    assert_eq!(kept.expect("admit"), person);
    let pseudonym = person.pseudonym.as_str().as_bytes();
    let traces = [&BYTES[..], &drawn.nonce, &person.lookup, pseudonym];
    for trace in traces {
        assert!(is_on_disk(&place, trace), "the search would find it");
    }
    assert!(!is_on_disk(&place, b"maria.lopez"), "not even before");
    let lookups = [person.lookup];
    assert_eq!(
        Persons::forget(&store, TENANT, &lookups)
            .await
            .expect("forget"),
        1
    );
    for trace in traces {
        assert!(!is_on_disk(&place, trace));
    }
}
