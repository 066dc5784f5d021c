//! Keys are made, listed and revoked. Making and revoking are on record before they are done.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::access::{ApiKey, Limits, Role};
use agent_assist_domain::audit::{Actor, AdminAct, KeyFacts};
use agent_assist_domain::payload::is_identifier;
use agent_assist_domain::pii::{Scanner, SubjectTerms};
use agent_assist_domain::ports::{ApiKeys, Clock, StoreError};
use agent_assist_domain::time::Timestamp;
use serde::Serialize;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::secret::KeySecret;
use crate::administration::AdminRecorder;
use crate::key_file::KeyFileError;

/// Longest name of a key, in characters.
pub const MAX_KEY_NAME_CHARS: usize = 64;
/// Queues to which a key is limited at most.
const MAX_QUEUES: usize = 100;
/// How long a key may live by itself at most.
const MAX_LIFE: Duration = Duration::from_secs(10 * 366 * 24 * 60 * 60);

/// A key as it is ordered.
#[derive(Clone, Debug)]
pub struct KeyOrder {
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// What it is limited to.
    pub limits: Limits,
    /// When it ends by itself; `None` for never.
    pub lasts: Option<Duration>,
}

/// A key that was made.
#[derive(Debug)]
pub struct Issued {
    /// The key, as it is kept.
    pub key: ShownKey,
    /// What its holder shows; nobody can say it again.
    pub secret: Zeroizing<String>,
}

/// A key as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownKey {
    /// Names it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub role: &'static str,
    /// The only tenant it is for; `null` for any.
    pub tenant: Option<String>,
    /// The only queues it is for; empty for any.
    pub queues: Vec<String>,
    /// The only conversation it is for; `null` for any.
    pub conversation_id: Option<String>,
    /// When it was made, milliseconds since the epoch.
    pub created_ms: i64,
    /// When it ends by itself, likewise; `null` if it does not.
    pub expires_ms: Option<i64>,
    /// When it was revoked, likewise; `null` if it was not.
    pub revoked_ms: Option<i64>,
}

/// A key was not made.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The order breaks a rule.
    #[error("{field}: {rule}")]
    Invalid {
        /// What is wrong.
        field: &'static str,
        /// What it must be.
        rule: &'static str,
    },
    /// There is no randomness for it, or no file.
    #[error("the key cannot be made")]
    Make(#[source] KeyFileError),
    /// It could not be recorded.
    #[error("no record could be written, so no key was made")]
    Record(#[source] StoreError),
    /// It is on record but could not be kept.
    #[error("the key cannot be kept")]
    Store(#[source] StoreError),
}

/// Looks after keys.
#[derive(Debug)]
pub struct KeyService {
    keys: Arc<dyn ApiKeys>,
    clock: Arc<dyn Clock>,
    recorder: AdminRecorder,
    scanner: Scanner,
}

impl KeyService {
    /// The service over its ports; `scanner` looks at limits, since they go on record.
    pub fn new(
        keys: Arc<dyn ApiKeys>,
        clock: Arc<dyn Clock>,
        recorder: AdminRecorder,
        scanner: Scanner,
    ) -> Self {
        Self {
            keys,
            clock,
            recorder,
            scanner,
        }
    }

    /// Makes a key for `by` and keeps all of it but its secret.
    ///
    /// # Errors
    /// If the order breaks a rule, or the key cannot be made, recorded or kept.
    pub async fn issue(&self, order: KeyOrder, by: &Actor) -> Result<Issued, IssueError> {
        check(&order)?;
        if !limited_to(&order.limits).all(|id| self.is_plain(id)) {
            return Err(IssueError::Invalid {
                field: "limits",
                rule: "must not look like personal data",
            });
        }
        let secret = KeySecret::draw().map_err(IssueError::Make)?;
        let key = self.keep(&secret, order, false, by).await?;
        Ok(Issued {
            key: key.into(),
            secret: secret.to_text(),
        })
    }

    pub(super) async fn keep(
        &self,
        secret: &KeySecret,
        order: KeyOrder,
        at_first_start: bool,
        by: &Actor,
    ) -> Result<ApiKey, IssueError> {
        let now = self.clock.now();
        let key = ApiKey {
            id: secret.id().to_owned(),
            digest: secret.digest(),
            name: order.name,
            role: order.role,
            limits: order.limits,
            created_at: now,
            expires_at: order.lasts.map(|lasts| now.plus(lasts)),
            revoked_at: None,
        };
        let act = AdminAct::CreateKey(KeyFacts::of(&key, at_first_start));
        let recorded = self.recorder.record(act, by, None).await;
        recorded.map_err(IssueError::Record)?;
        match self.keys.add(&key).await.map_err(IssueError::Store)? {
            true => Ok(key),
            false => Err(IssueError::Invalid {
                field: "id",
                rule: "is taken, which takes 2^32 keys to be likely; try again",
            }),
        }
    }

    /// Every key, the oldest first, revoked ones among them.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn list(&self) -> Result<Vec<ShownKey>, StoreError> {
        let keys = self.keys.list().await?;
        Ok(keys.into_iter().map(ShownKey::from).collect())
    }

    /// Ends a key and all tokens minted with it, for `by`; `false` if there is none of this name that
    /// stands. A daemon that runs knows of it within a second.
    ///
    /// # Errors
    /// If the store fails, or it cannot be recorded.
    pub async fn revoke(&self, id: &str, by: &Actor) -> Result<bool, StoreError> {
        let known = self.keys.find(id).await?;
        if known.is_none_or(|key| key.revoked_at.is_some()) {
            return Ok(false);
        }
        let act = AdminAct::RevokeKey(id.to_owned());
        self.recorder.record(act, by, None).await?;
        self.keys.revoke(id, self.clock.now()).await
    }

    /// The platform's own identifiers are plain, whatever their digits look like.
    fn is_plain(&self, id: &str) -> bool {
        let clean = || self.scanner.scan(id, &SubjectTerms::none()).is_empty();
        Uuid::parse_str(id).is_ok() || clean()
    }
}

impl From<ApiKey> for ShownKey {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            role: key.role.as_str(),
            tenant: key.limits.tenant,
            queues: key.limits.queues,
            conversation_id: key.limits.conversation_id,
            created_ms: key.created_at.as_millis(),
            expires_ms: key.expires_at.map(Timestamp::as_millis),
            revoked_ms: key.revoked_at.map(Timestamp::as_millis),
        }
    }
}

/// Every identifier in `limits`.
fn limited_to(limits: &Limits) -> impl Iterator<Item = &str> {
    let Limits {
        tenant,
        queues,
        conversation_id,
    } = limits;
    let ids = queues.iter().chain(tenant).chain(conversation_id);
    ids.map(String::as_str)
}

fn check(order: &KeyOrder) -> Result<(), IssueError> {
    let fail = |field, rule| Err(IssueError::Invalid { field, rule });
    let chars = order.name.chars().count();
    if !(1..=MAX_KEY_NAME_CHARS).contains(&chars) || order.name.chars().any(char::is_control) {
        return fail(
            "name",
            "must be 1 to 64 characters without control characters",
        );
    }
    if order.limits.queues.len() > MAX_QUEUES {
        return fail("queues", "must be at most 100");
    }
    if !limited_to(&order.limits).all(is_identifier) {
        let rule = "must be 1 to 128 characters without white space around and control characters";
        return fail("limits", rule);
    }
    match order.lasts {
        Some(lasts) if lasts.is_zero() || lasts > MAX_LIFE => fail(
            "expires",
            "must be longer than nothing and at most 10 years",
        ),
        _ => Ok(()),
    }
}
