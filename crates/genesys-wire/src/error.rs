//! The platform's error body.
//!
//! Every field is optional, and gateways in front of the platform answer with HTML or nothing at
//! all, so a client must not depend on decoding one. Match on [`ErrorBody::code`], never on the
//! message: its wording is not a contract.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::redacted::redacted_debug;

/// The body of an API answer with status 400 or above.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ErrorBody {
    /// A sentence for people. May quote the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The machine-readable cause, such as `not.found`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The HTTP status again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<i32>,
    /// The id of the object concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_id: Option<String>,
    /// The kind of the object concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_name: Option<String>,
    /// The message with `{parameter}` slots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_with_params: Option<String>,
    /// What goes into the slots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_params: Option<Map<String, Value>>,
    /// Equals the answer's `ININ-Correlation-Id` header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_id: Option<String>,
    /// Which fields are at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Vec<ErrorDetail>>,
    /// Further errors, of the same shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<Self>>,
    /// The limit that was hit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
}

redacted_debug!(ErrorBody {
    status,
    code,
    context_id
});

/// One field at fault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ErrorDetail {
    /// The machine-readable cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The parameter or property concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_name: Option<String>,
    /// The id of the object concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_id: Option<String>,
    /// The kind of the object concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_name: Option<String>,
}

/// A limit of the organisation, such as `token.rate.per.minute` of `platform.api`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limit {
    /// The limit's name within its namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The namespace, such as `platform.api`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The limit's value, in the unit its key implies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<i64>,
}
