//! The columns of a record, under the names that they have in the store.

use agent_assist_domain::audit::AuditColumns;
use serde::Serialize;

/// Columns as JSON; a column without a value is `null`.
#[derive(Serialize)]
pub(super) struct Columns<'r> {
    at_us: i64,
    event: &'r str,
    tenant: &'r str,
    request_id: &'r str,
    session_id: Option<&'r str>,
    conversation_id: Option<&'r str>,
    agent_id: Option<&'r str>,
    agent_origin: &'r str,
    queue_id: Option<&'r str>,
    queue_origin: &'r str,
    recommendation_id: Option<&'r str>,
    dialect: Option<&'r str>,
    result_limit: Option<u32>,
    result_offset: Option<u32>,
    cache_status: Option<&'r str>,
    latency_us: Option<u64>,
    total_received: Option<u32>,
    total_returned: Option<u32>,
    upstream_status: Option<u16>,
    upstream_correlation_id: Option<&'r str>,
    error: Option<&'r str>,
    degraded_reason: Option<&'r str>,
    empty_reason: Option<&'r str>,
}

impl<'r> Columns<'r> {
    pub(super) fn of(columns: &'r AuditColumns) -> Self {
        Self {
            at_us: columns.at.as_micros(),
            event: &columns.event,
            tenant: &columns.tenant,
            request_id: &columns.request_id,
            session_id: columns.session_id.as_deref(),
            conversation_id: columns.conversation_id.as_deref(),
            agent_id: columns.agent_id.as_deref(),
            agent_origin: &columns.agent_origin,
            queue_id: columns.queue_id.as_deref(),
            queue_origin: &columns.queue_origin,
            recommendation_id: columns.recommendation_id.as_deref(),
            dialect: columns.dialect.as_deref(),
            result_limit: columns.result_limit,
            result_offset: columns.result_offset,
            cache_status: columns.cache_status.as_deref(),
            latency_us: columns.latency_us,
            total_received: columns.total_received,
            total_returned: columns.total_returned,
            upstream_status: columns.upstream_status,
            upstream_correlation_id: columns.upstream_correlation_id.as_deref(),
            error: columns.error.as_deref(),
            degraded_reason: columns.degraded_reason.as_deref(),
            empty_reason: columns.empty_reason.as_deref(),
        }
    }
}
