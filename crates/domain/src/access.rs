//! Who may ask for what over the network: keys, their roles and their limits.
//!
//! Pure decisions. That a key is what it claims to be is for the shell to find out; here it is known
//! who asks, and said what that one may do. Whatever is not known counts against the caller.

use crate::time::Timestamp;

/// What a key is for. No role contains another, but for [`Role::Admin`], which may do everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Asks for recommendations.
    Agent,
    /// Reads reports.
    Supervisor,
    /// Reads the audit log, and reports.
    Auditor,
    /// Operates the daemon.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Agent, Self::Supervisor, Self::Auditor, Self::Admin];

    /// The name used in output, documents and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Supervisor => "supervisor",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }

    /// The role of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// What a caller may be limited to, beside its role. Nothing given is no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Only this tenant.
    pub tenant: Option<String>,
    /// Only these queues; empty for any.
    pub queues: Vec<String>,
    /// Only this conversation.
    pub conversation_id: Option<String>,
}

/// Why a caller may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Denial {
    /// Its role is not among those that may.
    Role,
    /// It is limited to another tenant.
    Tenant,
    /// It is limited to queues, and the queue is another or is not known.
    Queue,
    /// It is limited to another conversation.
    Conversation,
}

impl Denial {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Role, Self::Tenant, Self::Queue, Self::Conversation];

    /// The name used in records and problems.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Tenant => "tenant",
            Self::Queue => "queue",
            Self::Conversation => "conversation",
        }
    }
}

/// What somebody wants to do it to, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Target<'a> {
    /// Whose.
    pub tenant: &'a str,
    /// The queue.
    pub queue_id: Option<&'a str>,
    /// The conversation.
    pub conversation_id: Option<&'a str>,
}

impl Limits {
    /// Whether `target` lies within.
    ///
    /// # Errors
    /// The first limit that it breaks. What is limited and not known is outside.
    pub fn allow(&self, target: Target<'_>) -> Result<(), Denial> {
        if self
            .tenant
            .as_ref()
            .is_some_and(|tenant| tenant != target.tenant)
        {
            return Err(Denial::Tenant);
        }
        if let Some(only) = self.conversation_id.as_deref()
            && target.conversation_id != Some(only)
        {
            return Err(Denial::Conversation);
        }
        self.allow_queue(target.queue_id)
    }

    /// Whether this queue lies within.
    ///
    /// # Errors
    /// If queues are limited and it is none of them, or unknown.
    pub fn allow_queue(&self, queue_id: Option<&str>) -> Result<(), Denial> {
        let within = |queue: &str| self.queues.iter().any(|allowed| allowed == queue);
        match self.queues.is_empty() || queue_id.is_some_and(within) {
            true => Ok(()),
            false => Err(Denial::Queue),
        }
    }

    /// Whether there is a limit that what belongs to all conversations alike would break.
    ///
    /// # Errors
    /// The first such limit.
    pub fn allow_everything_of(&self, tenant: &str) -> Result<(), Denial> {
        self.allow(Target {
            tenant,
            ..Target::default()
        })
    }
}

/// Why it is not clear whose request it is, or not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stray {
    /// It could be of several tenants and names none.
    Unnamed,
    /// It names a tenant that is not served.
    Unknown,
    /// It is of a tenant that the caller is not for.
    Denied,
}

impl Limits {
    /// Of which of those that are `served` a request is: the tenant that it has `named`, else the only one
    /// that it can be of.
    ///
    /// # Errors
    /// If that is none or not clear. Who is limited to a tenant is not told which others there are.
    pub fn tenant_of<'a>(
        &self,
        named: Option<&str>,
        served: impl IntoIterator<Item = &'a str>,
    ) -> Result<&'a str, Stray> {
        let mut served = served.into_iter();
        let only = self.tenant.as_deref();
        if only.is_some() && named.is_some() && named != only {
            return Err(Stray::Denied);
        }
        match named.or(only) {
            Some(wanted) => {
                let unserved = match only {
                    Some(_) => Stray::Denied,
                    None => Stray::Unknown,
                };
                served.find(|one| *one == wanted).ok_or(unserved)
            }
            None => match (served.next(), served.next()) {
                (Some(one), None) => Ok(one),
                _ => Err(Stray::Unnamed),
            },
        }
    }
}

/// SHA-256 of a key's secret part.
///
/// One round and no salt are right here: the secret is 256 bits of the system's randomness, so there is
/// no dictionary to try, and a slow hash would only be paid by every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyDigest(pub [u8; 32]);

/// A key as it is kept: everything but its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Names it in lists and logs; no secret.
    pub id: String,
    /// What its secret is compared with.
    pub digest: KeyDigest,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// What it is limited to.
    pub limits: Limits,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it opens anything at `now`.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: Target<'static> = Target {
        tenant: "t",
        queue_id: Some("q-1"),
        conversation_id: Some("c-1"),
    };

    fn limits() -> Limits {
        Limits {
            tenant: Some("t".to_owned()),
            queues: vec!["q-0".to_owned(), "q-1".to_owned()],
            conversation_id: Some("c-1".to_owned()),
        }
    }

    #[test]
    fn no_limit_allows_everything() {
        assert_eq!(Limits::default().allow(TARGET), Ok(()));
        assert_eq!(Limits::default().allow(Target::default()), Ok(()));
        assert_eq!(Limits::default().allow_everything_of("t"), Ok(()));
    }

    #[test]
    fn what_lies_within_every_limit_is_allowed() {
        assert_eq!(limits().allow(TARGET), Ok(()));
    }

    #[test]
    fn what_is_limited_and_unknown_or_another_is_denied() {
        for (target, denial) in [
            (
                Target {
                    tenant: "u",
                    ..TARGET
                },
                Denial::Tenant,
            ),
            (
                Target {
                    conversation_id: None,
                    ..TARGET
                },
                Denial::Conversation,
            ),
            (
                Target {
                    conversation_id: Some("c-2"),
                    ..TARGET
                },
                Denial::Conversation,
            ),
            (
                Target {
                    queue_id: None,
                    ..TARGET
                },
                Denial::Queue,
            ),
            (
                Target {
                    queue_id: Some("q-2"),
                    ..TARGET
                },
                Denial::Queue,
            ),
        ] {
            assert_eq!(limits().allow(target), Err(denial), "{target:?}");
        }
        assert_eq!(limits().allow_everything_of("t"), Err(Denial::Conversation));
    }

    #[test]
    fn a_request_is_of_the_tenant_it_names_or_of_the_only_one_it_can_be_of() {
        let free = Limits::default();
        let for_t = Limits {
            tenant: Some("t".to_owned()),
            ..Limits::default()
        };
        let both = ["t", "u"];
        for (limits, named, served, of) in [
            (&free, None, &both[..], Err(Stray::Unnamed)),
            (&free, None, &both[..1], Ok("t")),
            (&free, None, &[], Err(Stray::Unnamed)),
            (&free, Some("u"), &both, Ok("u")),
            (&free, Some("v"), &both, Err(Stray::Unknown)),
            (&for_t, None, &both, Ok("t")),
            (&for_t, Some("t"), &both, Ok("t")),
            (&for_t, Some("u"), &both, Err(Stray::Denied)),
            (&for_t, Some("v"), &both, Err(Stray::Denied)),
            (&for_t, None, &both[1..], Err(Stray::Denied)),
            (&for_t, Some("t"), &both[1..], Err(Stray::Denied)),
        ] {
            let told = limits.tenant_of(named, served.iter().copied());
            assert_eq!(told, of, "{limits:?} {named:?} {served:?}");
        }
    }

    #[test]
    fn a_key_ends_by_time_or_by_hand() {
        let at = Timestamp::from_millis;
        let key = ApiKey {
            id: "k".to_owned(),
            digest: KeyDigest([0; 32]),
            name: "desk".to_owned(),
            role: Role::Agent,
            limits: Limits::default(),
            created_at: at(0),
            expires_at: Some(at(10)),
            revoked_at: None,
        };
        assert!(key.is_valid(at(9)));
        assert!(!key.is_valid(at(10)));
        let revoked = ApiKey {
            revoked_at: Some(at(1)),
            ..key
        };
        assert!(!revoked.is_valid(at(2)));
    }
}
