//! What an entry says of an administrator's act.

use super::actor::Actor;
use super::entry::AuditEvent;
use crate::access::{ApiKey, Limits, Role};
use crate::canonical::Value;
use crate::screening::PolicyVersion;
use crate::time::Timestamp;

/// An act, as ordered: it is recorded before it takes effect, so whether it did is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminFacts {
    /// What is done.
    pub act: AdminAct,
    /// By whom.
    pub by: Actor,
}

/// What an administrator does to the program itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdminAct {
    /// A key is made.
    CreateKey(KeyFacts),
    /// The key of this id ends, and the tokens minted with it.
    RevokeKey(String),
    /// The settings are read anew; from now on the screening goes by the rules of this version.
    ReloadConfig(PolicyVersion),
    /// The daemon is taken out of rotation, or back.
    Drain(bool),
    /// So much is logged from now on: a level by its name.
    SetLogLevel(&'static str),
}

/// A key, without its name, which may be a person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// Names it.
    pub key_id: String,
    /// What it is for.
    pub role: Role,
    /// What it is limited to.
    pub limits: Limits,
    /// When it ends by itself, if it does.
    pub expires_at: Option<Timestamp>,
    /// Whether nobody asked for it: the daemon makes one where there has never been any.
    pub at_first_start: bool,
}

impl KeyFacts {
    /// Of `key`.
    pub fn of(key: &ApiKey, at_first_start: bool) -> Self {
        Self {
            key_id: key.id.clone(),
            role: key.role,
            limits: key.limits.clone(),
            expires_at: key.expires_at,
            at_first_start,
        }
    }
}

impl AdminFacts {
    pub(super) fn event(&self) -> AuditEvent {
        match self.act {
            AdminAct::CreateKey(_) => AuditEvent::KeyCreated,
            AdminAct::RevokeKey(_) => AuditEvent::KeyRevoked,
            AdminAct::ReloadConfig(_) => AuditEvent::ConfigReloaded,
            AdminAct::Drain(_) | AdminAct::SetLogLevel(_) => AuditEvent::DaemonOperated,
        }
    }

    pub(super) fn to_value(&self) -> Value<'_> {
        let mut members = vec![("by", self.by.to_value())];
        match &self.act {
            AdminAct::CreateKey(key) => members.extend(key.members()),
            AdminAct::RevokeKey(key_id) => members.push(("key_id", Value::text(key_id))),
            AdminAct::ReloadConfig(policy_version) => {
                members.push(("policy_version", Value::text(policy_version.to_string())));
            }
            AdminAct::Drain(drained) => {
                members.push(("set", Value::text("draining")));
                members.push(("to", Value::text(if *drained { "on" } else { "off" })));
            }
            AdminAct::SetLogLevel(level) => {
                members.push(("set", Value::text("log_level")));
                members.push(("to", Value::text(*level)));
            }
        }
        Value::object(members)
    }
}

impl KeyFacts {
    fn members(&self) -> [(&'static str, Value<'_>); 7] {
        let Limits {
            tenant,
            queues,
            conversation_id,
        } = &self.limits;
        [
            ("at_first_start", Value::Bool(self.at_first_start)),
            (
                "conversation_id",
                Value::maybe_text(conversation_id.as_deref()),
            ),
            (
                "expires_us",
                self.expires_at
                    .map_or(Value::Null, |at| Value::int(at.as_micros())),
            ),
            ("key_id", Value::text(&self.key_id)),
            ("queues", Value::list(queues.iter().map(Value::text))),
            ("role", Value::text(self.role.as_str())),
            ("tenant", Value::maybe_text(tenant.as_deref())),
        ]
    }
}
