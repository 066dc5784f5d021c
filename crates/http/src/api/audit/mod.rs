//! The audit log, page by page. Every reading of it is on record before what was read is given out; a
//! reading that cannot be recorded is none.

mod checkpoint;
mod cursor;
mod question;
mod render;

pub(crate) use self::checkpoint::{__path_newest, newest};

use agent_assist_app::reading::Reading;
use agent_assist_domain::access::Target;
use agent_assist_domain::audit::{Actor, AuditRecord, Egress, ReadCommand};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::response::Response;

use self::question::Question;
use self::render::{Page, Shape};
use crate::problem::{Problem, ProblemBody};
use crate::state::{Asking, Shared};

/// Read the audit log
///
/// One page of it; `next` in the answer, or the `Link` header of the other shapes, leads to the one
/// behind it. Entries are byte for byte as they stand in the log. As CSV or NDJSON where `Accept` asks for
/// `text/csv` or `application/x-ndjson`.
#[utoipa::path(
    get,
    path = "/v1/audit",
    operation_id = "read_audit",
    tag = "records",
    params(question::AuditParameters),
    responses(
        (status = 200, description = "A page", content(
            (render::AuditPage = "application/json"),
            (String = "application/x-ndjson"),
            (String = "text/csv"),
        )),
        (status = 400, description = "The cursor belongs to another question", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Parameters break rules", body = ProblemBody, content_type = "application/problem+json"),
    ),
    extensions(("x-roles" = json!(["auditor", "admin"]))),
)]
pub(crate) async fn read(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shape = Shape::accepted(headers.get(ACCEPT).and_then(|value| value.to_str().ok()));
    page(&shared, &asking, query.as_deref(), "/v1/audit", shape).await
}

/// Read the audit log as CSV
#[utoipa::path(
    get,
    path = "/v1/audit.csv",
    tag = "records",
    params(question::AuditParameters),
    responses(
        (status = 200, description = "A page: columns, a record a line", body = String, content_type = "text/csv"),
        (status = 400, description = "The cursor belongs to another question", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Parameters break rules", body = ProblemBody, content_type = "application/problem+json"),
    ),
    extensions(("x-roles" = json!(["auditor", "admin"]))),
)]
pub(crate) async fn read_csv(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    page(
        &shared,
        &asking,
        query.as_deref(),
        "/v1/audit.csv",
        Shape::Csv,
    )
    .await
}

/// Read the audit log as NDJSON
#[utoipa::path(
    get,
    path = "/v1/audit.ndjson",
    tag = "records",
    params(question::AuditParameters),
    responses(
        (status = 200, description = "A page: a record a line", body = String, content_type = "application/x-ndjson"),
        (status = 400, description = "The cursor belongs to another question", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Parameters break rules", body = ProblemBody, content_type = "application/problem+json"),
    ),
    extensions(("x-roles" = json!(["auditor", "admin"]))),
)]
pub(crate) async fn read_ndjson(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    page(
        &shared,
        &asking,
        query.as_deref(),
        "/v1/audit.ndjson",
        Shape::Ndjson,
    )
    .await
}

async fn page(
    shared: &Shared,
    asking: &Asking,
    query: Option<&str>,
    path: &str,
    shape: Shape,
) -> Result<Response, Problem> {
    let services = shared.services();
    let question = Question::read(query, &services.tenant, services.clock.now())?;
    let target = Target {
        conversation_id: question.query.filter.conversation_id.as_deref(),
        ..Target::default()
    };
    shared.permit(asking, target).await?;
    let records = services.trail.page(&question.query).await;
    let records = records.map_err(|error| shared.store_failed(&error))?;
    let last = records.last().map(|record| record.seq);
    let full = records.len() == question.query.limit as usize;
    record(shared, asking, &question, records.len()).await?;
    let (held, records): (Vec<AuditRecord>, Vec<AuditRecord>) =
        records.into_iter().partition(|record| {
            services
                .egress
                .look(Egress::Export, &record.entry)
                .is_some()
        });
    let page = Page {
        next: last.filter(|_| full).map(|seq| question.cursor(seq)),
        held_back: held.iter().map(|record| record.seq).collect(),
        records,
    };
    Ok(page.render(shape, path, query.unwrap_or_default()))
}

/// Puts the reading on record.
async fn record(
    shared: &Shared,
    asking: &Asking,
    question: &Question,
    rows: usize,
) -> Result<(), Problem> {
    let reading = Reading {
        filter: question.query.filter.clone(),
        after: question.query.after,
        ..Reading::of(ReadCommand::List)
    };
    let reader = Actor::of_key(&asking.caller.key_id);
    let record = shared.services().reading.of(reading, &reader);
    let record = record.of_request(asking.request_id.as_str());
    let recorded = record.whole(rows as u64, None).await;
    recorded
        .map(drop)
        .map_err(|error| shared.store_failed(&error))
}
