//! Audit records as events of the Open Cybersecurity Schema Framework (OCSF), for a SIEM.
//!
//! A pure mapping; `docs/AUDIT.md` has it as a table. What is asked of this program and what it
//! answers is *API Activity*; personal data stopped on its way out is a *Data Security Finding*. What
//! OCSF has no place for stands in `unmapped`, under the names and in the bytes of the entry.

mod kind;
mod parts;
mod unmapped;

use agent_assist_domain::audit::AuditRecord;
use serde::Serialize;

use self::kind::Kind;
use self::parts::{
    Actor, Api, DataSecurity, Endpoint, FindingInfo, HttpResponse, Metadata, Resource, resources,
};
use self::unmapped::Unmapped;

/// The version of the schema that events follow.
pub const VERSION: &str = "1.8.0";

/// Microseconds in a millisecond.
const MILLI: i64 = 1_000;

/// One event.
#[derive(Debug, Serialize)]
pub(super) struct Event<'r> {
    activity_id: u32,
    activity_name: &'r str,
    category_uid: u32,
    category_name: &'static str,
    class_uid: u32,
    class_name: &'static str,
    type_uid: u32,
    type_name: String,
    severity_id: u32,
    severity: &'static str,
    status_id: u32,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_code: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_detail: Option<&'r str>,
    message: String,
    /// Milliseconds since 1970, UTC.
    time: i64,
    metadata: Metadata<'r>,
    actor: Actor<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api: Option<Api<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    src_endpoint: Option<Endpoint<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_response: Option<HttpResponse>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<Resource<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finding_info: Option<FindingInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_security: Option<DataSecurity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_alert: Option<bool>,
    /// Written behind the rest, as it is.
    #[serde(skip)]
    unmapped: Unmapped<'r>,
}

impl<'r> Event<'r> {
    /// Writes it as JSON.
    ///
    /// # Errors
    /// None but a bug: there is nothing in it that JSON does not take.
    pub(super) fn write(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        serde_json::to_writer(&mut *out, self)?;
        // Its last bracket.
        out.pop();
        out.extend_from_slice(b",\"unmapped\":");
        self.unmapped.write(out)?;
        out.push(b'}');
        Ok(())
    }

    /// The event of `record`.
    pub(super) fn of(record: &'r AuditRecord) -> Self {
        let columns = &record.columns;
        let unmapped = Unmapped::of(&record.entry);
        let kind = Kind::of(&columns.event, unmapped.switch.as_ref());
        let class = kind.class;
        let activity_name = kind.activity.name.unwrap_or(&columns.event);
        let is_finding = class.is_finding();
        Self {
            activity_id: kind.activity.id,
            activity_name,
            category_uid: class.category_uid,
            category_name: class.category_name,
            class_uid: class.uid,
            class_name: class.name,
            type_uid: class.uid * 100 + kind.activity.id,
            type_name: format!("{}: {}", class.name, kind.activity.name.unwrap_or("Other")),
            severity_id: kind.severity.0,
            severity: kind.severity.1,
            status_id: kind.status.0,
            status: kind.status.1,
            status_code: columns.error.as_deref(),
            status_detail: columns
                .degraded_reason
                .as_deref()
                .or(columns.empty_reason.as_deref()),
            message: kind.message(record),
            time: columns.at.as_micros().div_euclid(MILLI),
            metadata: Metadata::of(record),
            actor: Actor::of(columns, &unmapped, kind.by_nobody),
            api: (!is_finding).then(|| Api::of(kind.operation, columns)),
            src_endpoint: (!is_finding).then(|| Endpoint::of(columns, &unmapped)),
            http_response: columns
                .upstream_status
                .filter(|_| !is_finding)
                .map(|code| HttpResponse { code }),
            resources: resources(columns),
            finding_info: is_finding.then(|| FindingInfo::of(record)),
            data_security: is_finding.then(DataSecurity::default),
            is_alert: is_finding.then_some(true),
            unmapped,
        }
    }
}
