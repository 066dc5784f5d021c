//! Objects of OCSF, with the attributes that are used here.

use std::borrow::Cow;

use agent_assist_domain::audit::{AuditColumns, AuditRecord};
use serde::Serialize;

use super::unmapped::{ActorFacts, Unmapped};
use crate::export::uid;

/// What the program is called in events.
const PRODUCT: &str = "agent-assist";

#[derive(Debug, Serialize)]
pub(super) struct Metadata<'r> {
    version: &'static str,
    product: Product,
    /// The same in every export.
    uid: String,
    /// Position in the log.
    sequence: u64,
    event_code: &'r str,
    correlation_uid: &'r str,
    tenant_uid: &'r str,
    log_name: &'static str,
}

#[derive(Debug, Serialize)]
struct Product {
    name: &'static str,
    vendor_name: &'static str,
    version: &'static str,
}

impl<'r> Metadata<'r> {
    pub(super) fn of(record: &'r AuditRecord) -> Self {
        let columns = &record.columns;
        Self {
            version: super::VERSION,
            product: Product {
                name: PRODUCT,
                vendor_name: PRODUCT,
                version: env!("CARGO_PKG_VERSION"),
            },
            uid: uid(record),
            sequence: record.seq,
            event_code: &columns.event,
            correlation_uid: &columns.request_id,
            tenant_uid: &columns.tenant,
            log_name: "audit",
        }
    }
}

/// Who acted: an agent or an operator where somebody said who, else the program.
#[derive(Debug, Serialize)]
pub(super) struct Actor<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<User<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<Session<'r>>,
    app_name: &'static str,
}

#[derive(Debug, Serialize)]
struct User<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<Cow<'r, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'r, str>>,
    type_id: u32,
    r#type: &'static str,
}

impl<'r> User<'r> {
    /// Who read the log or administered the program, if anything is known of them.
    fn acting(by: &ActorFacts<'r>, administers: bool) -> Option<Self> {
        let known = by.uid.is_some() || by.name.is_some();
        let (type_id, r#type) = if administers {
            (2, "Admin")
        } else {
            (1, "User")
        };
        known.then(|| Self {
            uid: by.uid.map(|uid| uid.to_string().into()),
            name: by.name.clone(),
            type_id,
            r#type,
        })
    }
}

#[derive(Debug, Serialize)]
struct Session<'r> {
    uid: &'r str,
}

impl<'r> Actor<'r> {
    pub(super) fn of(columns: &'r AuditColumns, unmapped: &Unmapped<'r>, by_nobody: bool) -> Self {
        let operator = unmapped.operator.clone().map(|name| User {
            uid: None,
            name: Some(name),
            type_id: 2,
            r#type: "Admin",
        });
        let actor = unmapped.actor.as_ref();
        let actor = actor.and_then(|by| User::acting(by, unmapped.administers));
        let agent = columns.agent_id.as_deref().filter(|_| !by_nobody);
        let agent = agent.map(|uid| User {
            uid: Some(uid.into()),
            name: None,
            type_id: 1,
            r#type: "User",
        });
        Self {
            user: operator.or(actor).or(agent),
            session: columns.session_id.as_deref().map(|uid| Session { uid }),
            app_name: PRODUCT,
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Api<'r> {
    operation: &'static str,
    service: Service,
    request: Request<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<Response<'r>>,
}

#[derive(Debug, Serialize)]
struct Service {
    name: &'static str,
}

#[derive(Debug, Serialize)]
struct Request<'r> {
    uid: &'r str,
}

#[derive(Debug, Serialize)]
struct Response<'r> {
    error: &'r str,
}

impl<'r> Api<'r> {
    pub(super) fn of(operation: &'static str, columns: &'r AuditColumns) -> Self {
        Self {
            operation,
            service: Service { name: PRODUCT },
            request: Request {
                uid: &columns.request_id,
            },
            response: columns.error.as_deref().map(|error| Response { error }),
        }
    }
}

/// Where it came from: the session at an agent's desk, the machine of who read the log or administered
/// the program, else the program itself. Addresses are not recorded.
#[derive(Debug, Serialize)]
pub(super) struct Endpoint<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'r, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<&'r str>,
    svc_name: &'static str,
}

impl<'r> Endpoint<'r> {
    pub(super) fn of(columns: &'r AuditColumns, unmapped: &Unmapped<'r>) -> Self {
        Self {
            name: unmapped.actor.as_ref().and_then(|by| by.host.clone()),
            uid: columns.session_id.as_deref(),
            svc_name: PRODUCT,
        }
    }
}

/// How the upstream answered.
#[derive(Debug, Serialize)]
pub(super) struct HttpResponse {
    pub(super) code: u16,
}

/// What it was about.
#[derive(Debug, Serialize)]
pub(super) struct Resource<'r> {
    uid: &'r str,
    r#type: &'static str,
}

pub(super) fn resources(columns: &AuditColumns) -> Vec<Resource<'_>> {
    [
        (columns.conversation_id.as_deref(), "conversation"),
        (columns.queue_id.as_deref(), "queue"),
        (columns.recommendation_id.as_deref(), "recommendation"),
    ]
    .into_iter()
    .filter_map(|(uid, r#type)| uid.map(|uid| Resource { uid, r#type }))
    .collect()
}

#[derive(Debug, Serialize)]
pub(super) struct FindingInfo {
    uid: String,
    title: &'static str,
}

impl FindingInfo {
    pub(super) fn of(record: &AuditRecord) -> Self {
        Self {
            uid: uid(record),
            title: "Personal data stopped on its way out",
        }
    }
}

/// What was found: kinds and numbers stand in `unmapped`.
#[derive(Debug, Serialize)]
pub(super) struct DataSecurity {
    category_id: u32,
    category: &'static str,
    data_lifecycle_state_id: u32,
    data_lifecycle_state: &'static str,
    detection_system_id: u32,
    detection_system: &'static str,
}

impl Default for DataSecurity {
    fn default() -> Self {
        Self {
            category_id: 1,
            category: "Personal",
            data_lifecycle_state_id: 2,
            data_lifecycle_state: "Data in-Transit",
            detection_system_id: 10,
            detection_system: "Application-Level DLP",
        }
    }
}
