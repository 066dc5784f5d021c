//! What was shown and used, and how fast.

use agent_assist_app::report::ReportSpan;
use agent_assist_domain::access::Target;
use axum::Extension;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};

use super::parameters::Parameters;
use crate::problem::{Problem, ProblemBody};
use crate::state::{Asking, Shared};

/// Read a report
///
/// What was shown and used in a stretch of time, and how fast answers were: what `agent-assist report`
/// prints.
#[utoipa::path(
    get,
    path = "/v1/report",
    tag = "records",
    params(
        ("since" = Option<String>, Query, description = "From then on: a time, or so long ago (24h)"),
        ("until" = Option<String>, Query, description = "Until before then"),
    ),
    responses(
        (status = 200, description = "The report", body = serde_json::Value),
        (status = 422, description = "Parameters break rules", body = ProblemBody, content_type = "application/problem+json"),
    ),
    extensions(("x-roles" = json!(["supervisor", "auditor", "admin"]))),
)]
pub(crate) async fn read(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    // It counts all conversations alike.
    shared.permit(&asking, Target::default()).await?;
    let services = shared.services();
    let now = services.clock.now();
    let mut parameters = Parameters::read(query.as_deref(), &["since", "until"]);
    let span = ReportSpan {
        since: parameters.moment("since", now),
        until: parameters.moment("until", now),
    };
    parameters.check()?;
    let report = services.report.report(span).await;
    let report = report.map_err(|error| shared.store_failed(&error))?;
    Ok(Json(report).into_response())
}
