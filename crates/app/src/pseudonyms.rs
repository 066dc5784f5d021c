//! What stands for people in records: made when somebody first appears, remembered for a while.
//!
//! The row that a pseudonym is made from is durable before anything that names it is recorded. Without
//! it there is no record, for one with the identifier itself could never be taken back.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::person::{Drawn, EpochKey, KeyCheck, PersonKind, PersonLookup, Pseudonym};
use agent_assist_domain::ports::{Clock, Persons, StoreError, StoreErrorKind};
use agent_assist_domain::sealing::NONCE_BYTES;
use quick_cache::sync::Cache;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::person_keys::PersonKeys;

/// Pseudonyms remembered at most.
const PSEUDONYMS: usize = 20_000;
/// How long one is remembered: no longer than an erasure may take to reach every process.
const LIFE: Duration = Duration::from_secs(60);

const MAKE: &str = "make a pseudonym";

/// Gives the people of one tenant their pseudonyms. Cheap to clone; clones share what they remember.
#[derive(Clone)]
pub struct Pseudonyms(Arc<Book>);

struct Book {
    tenant: String,
    store: Arc<dyn Persons>,
    keys: PersonKeys,
    clock: Arc<dyn Clock>,
    draw: Box<dyn Fn() -> Option<Drawn> + Send + Sync>,
    /// The pseudonym, and when it was looked up.
    recent: Cache<(PersonKind, Box<str>), (Pseudonym, Instant)>,
    /// Set once the key in use has been found to be the one that the store knows.
    key_fits: OnceCell<()>,
}

/// Pseudonyms were made under another key of the same epoch.
#[derive(Debug, thiserror::Error)]
#[error(
    "the key of epoch {epoch} is not the one that pseudonyms in this store were made under; restore the \
     file <store>.persons.key, or begin another epoch with `agent-assist audit new-epoch`"
)]
pub struct OtherKey {
    epoch: u32,
}

/// What is known of a pseudonym.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Whose it is.
    Known(String),
    /// Nobody's, or somebody's who has been erased.
    Unknown,
    /// The key of its epoch is not in the key file.
    NoKey,
    /// What the store has is not what was made under the key.
    Altered,
}

impl Pseudonyms {
    /// Pseudonyms of `tenant` with rows in `store`, made under `keys`; new rows are made of what `draw`
    /// gives, which must be a cryptographic source of randomness, or `None` if it fails.
    pub fn new(
        tenant: impl Into<String>,
        store: Arc<dyn Persons>,
        keys: PersonKeys,
        clock: Arc<dyn Clock>,
        draw: impl Fn() -> Option<Drawn> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Book {
            tenant: tenant.into(),
            store,
            keys,
            clock,
            draw: Box::new(draw),
            recent: Cache::new(PSEUDONYMS),
            key_fits: OnceCell::new(),
        }))
    }

    /// The same, drawn from the system's randomness.
    pub fn random(
        tenant: impl Into<String>,
        store: Arc<dyn Persons>,
        keys: PersonKeys,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self::new(tenant, store, keys, clock, || {
            let mut drawn = Drawn {
                secret: [0; 32],
                nonce: [0; NONCE_BYTES],
            };
            getrandom::fill(&mut drawn.secret).ok()?;
            getrandom::fill(&mut drawn.nonce).ok()?;
            Some(drawn)
        })
    }

    /// What stands for `id` in records of this epoch. What is a pseudonym already stands for itself: it
    /// comes from a remembered answer.
    ///
    /// # Errors
    /// If there is none yet and none can be made; [`OtherKey`] is the source where the key is wrong.
    pub async fn of(&self, kind: PersonKind, id: &str) -> Result<Pseudonym, StoreError> {
        if let Some(pseudonym) = Pseudonym::parse(id) {
            return Ok(pseudonym);
        }
        let who = (kind, Box::from(id));
        if let Some((pseudonym, looked_up)) = self.0.recent.get(&who)
            && looked_up.elapsed() < LIFE
        {
            return Ok(pseudonym);
        }
        Box::pin(self.0.admit(who)).await
    }

    /// Every pseudonym that `id` has had, in the order of the epochs, as far as their keys are there.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn all_of(&self, kind: PersonKind, id: &str) -> Result<Vec<Pseudonym>, StoreError> {
        let mut pseudonyms = Vec::new();
        for lookup in self.lookups(kind, id) {
            let person = self.0.store.find(&self.0.tenant, &lookup).await?;
            pseudonyms.extend(person.map(|person| person.pseudonym));
        }
        Ok(pseudonyms)
    }

    /// Whose `pseudonym` is.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn identify(&self, pseudonym: &Pseudonym) -> Result<Identity, StoreError> {
        let book = &*self.0;
        let Some(person) = book.store.named(&book.tenant, pseudonym).await? else {
            return Ok(Identity::Unknown);
        };
        let key = book.keys.of_epoch(pseudonym.epoch());
        let Some(key) = key.filter(|key| key.check() == person.key_check) else {
            return Ok(Identity::NoKey);
        };
        let id = key.identify(&book.tenant, &person);
        Ok(id.map_or(Identity::Altered, Identity::Known))
    }

    /// Epochs of which the store knows people, but the key file has no key, or another. Nobody can find
    /// or resolve them.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn lost_epochs(&self) -> Result<Vec<u32>, StoreError> {
        let known = self.0.store.epochs().await?;
        let is_lost = |(epoch, check): &(u32, KeyCheck)| {
            let key = self.0.keys.of_epoch(*epoch);
            key.is_none_or(|key| key.check() != *check)
        };
        let lost = known.into_iter().filter(is_lost);
        Ok(lost.map(|(epoch, _)| epoch).collect())
    }

    /// Destroys what leads from `id` to its pseudonyms and back, and says how many there were.
    pub(crate) async fn forget(&self, kind: PersonKind, id: &str) -> Result<u64, StoreError> {
        let lookups = self.lookups(kind, id);
        let forgotten = self.0.store.forget(&self.0.tenant, &lookups).await;
        self.0.recent.remove(&(kind, Box::from(id)));
        forgotten
    }

    fn lookups(&self, kind: PersonKind, id: &str) -> Vec<PersonLookup> {
        let tenant = &self.0.tenant;
        let lookup = |key: &EpochKey| key.lookup(tenant, kind, id);
        self.0.keys.iter().map(lookup).collect()
    }
}

impl Book {
    /// What the store has for somebody, or has from now on.
    async fn admit(&self, who: (PersonKind, Box<str>)) -> Result<Pseudonym, StoreError> {
        self.check_key().await?;
        let drawn = (self.draw)().ok_or_else(|| {
            StoreError::new(StoreErrorKind::Other, MAKE).because("the system gives no random bytes")
        })?;
        let (kind, id) = &who;
        let fresh = self.keys.current().admit(&self.tenant, *kind, id, &drawn);
        let now = self.clock.now();
        let person = self.store.admit(&self.tenant, &fresh, now).await?;
        let pseudonym = person.pseudonym;
        self.recent.insert(who, (pseudonym.clone(), Instant::now()));
        Ok(pseudonym)
    }

    /// A key file that was lost and made anew begins to count anew, too. Under it the same person would
    /// get a second pseudonym of one epoch.
    async fn check_key(&self) -> Result<(), StoreError> {
        let check =
            async || {
                let current = self.keys.current();
                let (epoch, check) = (current.epoch(), current.check());
                let known = self.store.epochs().await?;
                let is_other = |known: &(u32, _)| known.0 == epoch && known.1 != check;
                match known.iter().any(is_other) {
                    false => Ok(()),
                    true => Err(StoreError::new(StoreErrorKind::Incompatible, MAKE)
                        .because(OtherKey { epoch })),
                }
            };
        self.key_fits.get_or_try_init(check).await.copied()
    }
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pseudonyms({})", self.0.recent.len())
    }
}
