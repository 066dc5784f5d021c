//! People in records: pseudonyms that whoever holds the key can resolve, until they are erased.
//!
//! Each person has a secret of their own, kept in a row that can be deleted, and a pseudonym made of it
//! under the key of the epoch, which lies outside the store. Who has only the store learns nobody's
//! identifier; who has the key, too, finds the row of an identifier and that of a pseudonym. Once the
//! row is deleted nobody can say any more whose the pseudonym was, not even who holds the key and knows
//! the identifier: the secret is missing.

use std::fmt;

use crate::sealing::{Nonce, SealingKey, keyed_hash};

/// Bytes of the secret that each person has.
pub const SECRET_BYTES: usize = 32;
/// Bytes of the hash in a pseudonym.
const HASH_BYTES: usize = 16;
/// Stands between the parts of a pseudonym.
const SEPARATOR: char = '~';

/// In which part somebody appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonKind {
    /// Who is shown recommendations.
    Agent,
    /// Whom the conversation is with.
    Customer,
}

impl PersonKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Agent, Self::Customer];

    /// The name in pseudonyms, records and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Customer => "customer",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What stands for somebody in records: `agent~1~` and 32 hexadecimal digits, where 1 is the epoch.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym(String);

impl Pseudonym {
    fn new(kind: PersonKind, epoch: u32, hash: &[u8; 32]) -> Self {
        let hash = hex::encode(&hash[..HASH_BYTES]);
        let kind = kind.as_str();
        Self(format!("{kind}{SEPARATOR}{epoch}{SEPARATOR}{hash}"))
    }

    /// The pseudonym that `text` is; `None` for any other text.
    ///
    /// ```
    /// use agent_assist_domain::person::Pseudonym;
    ///
    /// assert!(Pseudonym::parse("agent~1~00112233445566778899aabbccddeeff").is_some());
    /// assert!(Pseudonym::parse("agent-7").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(SEPARATOR)?;
        let (epoch, hash) = rest.split_once(SEPARATOR)?;
        PersonKind::from_name(kind)?;
        let number: u32 = epoch.parse().ok().filter(|number| *number > 0)?;
        let is_hash = hash.len() == 2 * HASH_BYTES
            && hash
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        // One way to write each.
        (is_hash && number.to_string() == epoch).then(|| Self(text.to_owned()))
    }

    /// As it stands in records.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In which part.
    pub fn kind(&self) -> PersonKind {
        let name = self.parts().next().unwrap_or_default();
        PersonKind::from_name(name).unwrap_or(PersonKind::Agent)
    }

    /// The epoch of the key it was made under, from 1.
    pub fn epoch(&self) -> u32 {
        let number = self.parts().nth(1).unwrap_or_default();
        number.parse().unwrap_or_default()
    }

    fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split(SEPARATOR)
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pseudonym({})", self.0)
    }
}

/// How a person's row is found by those who know the identifier and hold the key.
pub type PersonLookup = [u8; 32];

/// Tells keys apart, and nothing about them.
pub type KeyCheck = [u8; 8];

/// What a store keeps of a person. Without the key it says nobody's name; without the row the key says
/// nothing of anybody.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// How the row is found.
    pub lookup: PersonLookup,
    /// What stands for the person in records.
    pub pseudonym: Pseudonym,
    /// Which key it was made under; the epoch names it, and this proves it.
    pub key_check: KeyCheck,
    /// What the pseudonym was made of.
    pub secret: [u8; SECRET_BYTES],
    /// The identifier, for those who hold the key.
    pub sealed_id: Vec<u8>,
}

/// Shows no secret.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Person({})", self.pseudonym)
    }
}

/// What making somebody's row takes from a cryptographic source of randomness.
#[derive(Clone)]
pub struct Drawn {
    /// The person's secret.
    pub secret: [u8; SECRET_BYTES],
    /// For sealing the identifier.
    pub nonce: Nonce,
}

impl fmt::Debug for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Drawn(..)")
    }
}

/// The key under which pseudonyms of one epoch are made.
#[derive(Clone, PartialEq, Eq)]
pub struct EpochKey {
    epoch: u32,
    key: [u8; 32],
}

impl EpochKey {
    /// The key of `epoch`, counted from 1, from 32 bytes of a cryptographic source of randomness.
    pub const fn new(epoch: u32, key: [u8; 32]) -> Self {
        Self { epoch, key }
    }

    /// Which epoch.
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The bytes, for a file to keep.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.key
    }

    /// Tells it from other keys.
    pub fn check(&self) -> KeyCheck {
        let hash = keyed_hash(&self.key, &[b"which key"]);
        hash.first_chunk().copied().unwrap_or_default()
    }

    /// How the row of `id` is found.
    pub fn lookup(&self, tenant: &str, kind: PersonKind, id: &str) -> PersonLookup {
        self.hash("lookup", tenant, kind, id, &[])
    }

    /// A row for `id`, made of what was `drawn`.
    pub fn admit(&self, tenant: &str, kind: PersonKind, id: &str, drawn: &Drawn) -> Person {
        let pseudonym = self.pseudonym(tenant, kind, id, &drawn.secret);
        let about = about(tenant, &pseudonym);
        let sealed_id = self.sealing().seal(&drawn.nonce, &about, id.as_bytes());
        Person {
            lookup: self.lookup(tenant, kind, id),
            pseudonym,
            key_check: self.check(),
            secret: drawn.secret,
            sealed_id,
        }
    }

    /// The identifier of a tenant's `person`; `None` if the row was made under another key, or is not
    /// as it was made.
    pub fn identify(&self, tenant: &str, person: &Person) -> Option<String> {
        let about = about(tenant, &person.pseudonym);
        let id = self.sealing().open(&about, &person.sealed_id)?;
        let id = String::from_utf8(id).ok()?;
        let made = self.pseudonym(tenant, person.pseudonym.kind(), &id, &person.secret);
        (made == person.pseudonym).then_some(id)
    }

    fn pseudonym(
        &self,
        tenant: &str,
        kind: PersonKind,
        id: &str,
        secret: &[u8; SECRET_BYTES],
    ) -> Pseudonym {
        let hash = self.hash("pseudonym", tenant, kind, id, secret);
        Pseudonym::new(kind, self.epoch, &hash)
    }

    fn hash(
        &self,
        purpose: &str,
        tenant: &str,
        kind: PersonKind,
        id: &str,
        secret: &[u8],
    ) -> [u8; 32] {
        let fields = [
            purpose.as_bytes(),
            tenant.as_bytes(),
            kind.as_str().as_bytes(),
            id.as_bytes(),
            secret,
        ];
        keyed_hash(&self.key, &fields)
    }

    fn sealing(&self) -> SealingKey {
        SealingKey::derived(&self.key, "the identifier of a person")
    }
}

/// A row that was moved to another tenant or given another pseudonym does not open.
fn about(tenant: &str, pseudonym: &Pseudonym) -> Vec<u8> {
    format!("{pseudonym} {tenant}").into_bytes()
}

/// Shows nothing of the key.
impl fmt::Debug for EpochKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EpochKey({})", self.epoch)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(byte: u8) -> Drawn {
        Drawn {
            secret: [byte; SECRET_BYTES],
            nonce: [byte; 24],
        }
    }

    fn any_kind() -> impl Strategy<Value = PersonKind> {
        prop::sample::select(PersonKind::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn a_row_gives_back_its_identifier_to_its_key_and_tenant_only(
            key: [u8; 32], secret: [u8; 32], nonce: [u8; 24], kind in any_kind(),
            tenant in ".{0,8}", id in ".{1,128}",
        ) {
            let epoch = EpochKey::new(1, key);
            let person = epoch.admit(&tenant, kind, &id, &Drawn { secret, nonce });
            prop_assert_eq!(epoch.identify(&tenant, &person), Some(id.clone()));
            prop_assert_eq!(epoch.identify(&format!("{tenant}x"), &person), None);
            let mut other = key;
            other[0] ^= 1;
            prop_assert_eq!(EpochKey::new(1, other).identify(&tenant, &person), None);
            let text = person.pseudonym.as_str();
            prop_assert_eq!(Pseudonym::parse(text), Some(person.pseudonym.clone()));
            prop_assert_eq!((person.pseudonym.kind(), person.pseudonym.epoch()), (kind, 1));
        }

        #[test]
        fn persons_kinds_tenants_and_keys_have_rows_and_pseudonyms_of_their_own(
            tenants in prop::array::uniform2("[ab]{0,2}"), kinds in [any_kind(), any_kind()],
            ids in prop::array::uniform2("[ab]{1,2}"), keys in prop::array::uniform2(0_u8..2),
            secrets in prop::array::uniform2(0_u8..2),
        ) {
            let row = |at: usize| {
                let key = EpochKey::new(1, [keys[at]; 32]);
                key.admit(&tenants[at], kinds[at], &ids[at], &drawn(secrets[at]))
            };
            let who = |at: usize| (&tenants[at], kinds[at], &ids[at], keys[at]);
            let (one, two) = (row(0), row(1));
            prop_assert_eq!(one.lookup == two.lookup, who(0) == who(1));
            let same = who(0) == who(1) && secrets[0] == secrets[1];
            prop_assert_eq!(one.pseudonym == two.pseudonym, same);
        }

        #[test]
        fn what_is_no_pseudonym_is_not_taken_for_one(text in "(agent|customer|queue|)~?[0-9]{0,3}~?[0-9a-f]{30,34}") {
            let is_one = Pseudonym::parse(&text).is_some();
            let parts: Vec<&str> = text.split('~').collect();
            let expected = matches!(parts[..], ["agent" | "customer", epoch, hash]
                if hash.len() == 32 && !epoch.is_empty() && !epoch.starts_with('0'));
            prop_assert_eq!(is_one, expected);
        }
    }

    /// What erasure promises: with the key and the identifier at hand, another secret gives another
    /// pseudonym, so that without the row nothing leads to the one that stands in records.
    #[test]
    fn without_the_row_key_and_identifier_do_not_lead_to_the_pseudonym() {
        let key = EpochKey::new(1, [7; 32]);
        let erased = key.admit("t", PersonKind::Agent, "maria", &drawn(1));
        let again = key.admit("t", PersonKind::Agent, "maria", &drawn(2));
        assert_eq!(erased.lookup, again.lookup, "the same person");
        assert_ne!(erased.pseudonym, again.pseudonym);
    }

    #[test]
    fn a_row_that_was_given_anothers_pseudonym_is_not_believed() {
        let key = EpochKey::new(1, [7; 32]);
        let maria = key.admit("t", PersonKind::Agent, "maria", &drawn(1));
        let joe = key.admit("t", PersonKind::Agent, "joe", &drawn(2));
        let swapped = Person {
            pseudonym: joe.pseudonym,
            ..maria.clone()
        };
        assert_eq!(key.identify("t", &swapped), None);
        let other_secret = Person {
            secret: joe.secret,
            ..maria
        };
        assert_eq!(key.identify("t", &other_secret), None);
    }

    #[test]
    fn nothing_prints_a_secret() {
        let key = EpochKey::new(3, [7; 32]);
        let person = key.admit("t", PersonKind::Customer, "maria", &drawn(7));
        let printed = format!("{key:?} {person:?} {:?}", drawn(7));
        assert!(
            !printed.contains("7, 7") && !printed.contains("maria"),
            "{printed}"
        );
        assert!(
            printed.starts_with("EpochKey(3) Person(customer~3~"),
            "{printed}"
        );
    }
}
