//! Pages of the log in the shapes that can be asked for.

use std::fmt::Write as _;

use agent_assist_domain::audit::{AuditColumns, AuditRecord, Seq};
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, LINK};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::value::RawValue;
use url::form_urlencoded;
use utoipa::ToSchema;

/// How many records of the page a last look has stopped.
const HELD_BACK: HeaderName = HeaderName::from_static("x-held-back");

/// How a page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One document.
    Json,
    /// A record a line.
    Ndjson,
    /// Columns, a record a line.
    Csv,
}

impl Shape {
    /// What is asked for by name; a document where nothing else is.
    pub(super) fn accepted(accept: Option<&str>) -> Self {
        let kinds = accept.unwrap_or_default().split(',');
        let mut kinds = kinds.filter_map(|kind| match kind.split(';').next()?.trim() {
            "text/csv" => Some(Self::Csv),
            "application/x-ndjson" => Some(Self::Ndjson),
            "application/json" => Some(Self::Json),
            _ => None,
        });
        kinds.next().unwrap_or(Self::Json)
    }
}

/// A page.
pub(super) struct Page {
    pub(super) records: Vec<AuditRecord>,
    /// Records that a last look has stopped, because there is personal data in them.
    pub(super) held_back: Vec<Seq>,
    pub(super) next: Option<String>,
}

/// A page of the log.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditPage {
    /// The records, in the order asked for.
    records: Vec<AuditLine>,
    /// Records of this page that are not shown, because a last look has found personal data in them.
    held_back: Vec<u64>,
    /// Where the next page begins; null behind the last record.
    #[schema(required)]
    next: Option<String>,
}

/// A record.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditLine {
    /// Its position in the log.
    seq: u64,
    /// The entry, byte for byte as it stands there.
    #[schema(value_type = Object)]
    entry: Box<RawValue>,
}

impl Page {
    /// The page as an answer to a request for `path` with the parameters `query`.
    pub(super) fn render(self, shape: Shape, path: &str, query: &str) -> Response {
        let held = self.held_back.len();
        let link = self.next.as_ref().map(|next| link(path, query, next));
        let (kind, text) = match shape {
            Shape::Json => ("application/json", self.into_json()),
            Shape::Ndjson => ("application/x-ndjson", self.to_ndjson()),
            Shape::Csv => ("text/csv; charset=utf-8; header=present", self.to_csv()),
        };
        let mut response = Body::from(text).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Some(link) = link.and_then(|link| HeaderValue::try_from(link).ok()) {
            headers.insert(LINK, link);
        }
        if held > 0 {
            headers.insert(HELD_BACK, HeaderValue::from(held));
        }
        response
    }

    fn into_json(self) -> String {
        let line = |record: AuditRecord| {
            let entry = RawValue::from_string(record.entry).ok()?;
            Some(AuditLine {
                seq: record.seq,
                entry,
            })
        };
        let page = AuditPage {
            records: self.records.into_iter().filter_map(line).collect(),
            held_back: self.held_back,
            next: self.next,
        };
        // Numbers, and texts that are JSON already.
        serde_json::to_string(&page).unwrap_or_default()
    }

    fn to_ndjson(&self) -> String {
        let mut text = String::new();
        for record in &self.records {
            // Writing to a text does not fail.
            let _ = writeln!(text, r#"{{"seq":{},"entry":{}}}"#, record.seq, record.entry);
        }
        text
    }

    fn to_csv(&self) -> String {
        let mut text = COLUMNS.join(",") + "\r\n";
        for record in &self.records {
            let cells = cells(record);
            let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
            text += &cells.join(",");
            text += "\r\n";
        }
        text
    }
}

/// The next page, as RFC 8288 has it.
fn link(path: &str, query: &str, next: &str) -> String {
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "cursor");
    let mut target = form_urlencoded::Serializer::new(String::new());
    target.extend_pairs(kept).append_pair("cursor", next);
    format!("<{path}?{}>; rel=\"next\"", target.finish())
}

const COLUMNS: [&str; 24] = [
    "seq",
    "at",
    "event",
    "tenant",
    "request_id",
    "session_id",
    "conversation_id",
    "agent_id",
    "agent_origin",
    "queue_id",
    "queue_origin",
    "recommendation_id",
    "dialect",
    "result_limit",
    "result_offset",
    "cache_status",
    "latency_us",
    "total_received",
    "total_returned",
    "upstream_status",
    "upstream_correlation_id",
    "error",
    "degraded_reason",
    "empty_reason",
];

fn cells(record: &AuditRecord) -> [String; COLUMNS.len()] {
    let AuditColumns {
        at,
        event,
        tenant,
        request_id,
        session_id,
        conversation_id,
        agent_id,
        agent_origin,
        queue_id,
        queue_origin,
        recommendation_id,
        dialect,
        result_limit,
        result_offset,
        cache_status,
        latency_us,
        total_received,
        total_returned,
        upstream_status,
        upstream_correlation_id,
        error,
        degraded_reason,
        empty_reason,
    } = &record.columns;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let number = |number: Option<u64>| number.map(|n| n.to_string()).unwrap_or_default();
    [
        record.seq.to_string(),
        at.to_rfc3339(),
        event.clone(),
        tenant.clone(),
        request_id.clone(),
        text(session_id),
        text(conversation_id),
        text(agent_id),
        agent_origin.clone(),
        text(queue_id),
        queue_origin.clone(),
        text(recommendation_id),
        text(dialect),
        number(result_limit.map(u64::from)),
        number(result_offset.map(u64::from)),
        text(cache_status),
        number(*latency_us),
        number(total_received.map(u64::from)),
        number(total_returned.map(u64::from)),
        number(upstream_status.map(u64::from)),
        text(upstream_correlation_id),
        text(error),
        text(degraded_reason),
        text(empty_reason),
    ]
}

/// As RFC 4180 has it. What a spreadsheet would take for a formula has an apostrophe in front: identifiers
/// are callers' to choose.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark = if formula { "'" } else { "" };
    match cell.contains(['"', ',', '\n', '\r']) || formula {
        true => format!("\"{mark}{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be_and_run_nowhere() {
        for (cell, written) in [
            ("plain", "plain"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("=1+1", "\"'=1+1\""),
            ("@sum", "\"'@sum\""),
        ] {
            assert_eq!(quoted(cell), written);
        }
    }

    #[test]
    fn the_first_kind_that_is_known_is_given() {
        for (accept, shape) in [
            (None, Shape::Json),
            (Some("*/*"), Shape::Json),
            (Some("text/csv"), Shape::Csv),
            (Some("text/html, application/x-ndjson;q=0.9"), Shape::Ndjson),
        ] {
            assert_eq!(Shape::accepted(accept), shape, "{accept:?}");
        }
    }

    #[test]
    fn the_next_page_keeps_the_question() {
        let link = link("/v1/audit", "event=a&cursor=old&event=b%26c", "new");
        assert_eq!(
            link,
            "</v1/audit?event=a&event=b%26c&cursor=new>; rel=\"next\""
        );
    }
}
