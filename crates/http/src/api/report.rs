//! What was shown and used, and how fast.

use agent_assist_app::report::{ReportError, ReportQuery};
use agent_assist_domain::access::Target;
use agent_assist_domain::adoption::By;
use agent_assist_domain::payload::Rule;
use axum::Extension;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};

use super::parameters::Parameters;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::{Asking, Shared};

/// What is said of a `by` that is none.
const BY_EXPECTED: &str = "must be hour, day, queue, article, agent, kind or origin";

/// Read a report
///
/// What was shown and used in a stretch of time, and how fast answers were: what `agent-assist report`
/// prints.
#[utoipa::path(
    get,
    path = "/v1/report",
    operation_id = "read_report",
    tag = "records",
    params(
        ("since" = Option<String>, Query, description = "From then on: a time, or so long ago (24h)"),
        ("until" = Option<String>, Query, description = "Until before then"),
        ("by" = Option<String>, Query, description = "Count apart by hour, day, queue, article, agent, kind or origin"),
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
    let mut parameters = Parameters::read(query.as_deref(), &["since", "until", "by"]);
    let query = ReportQuery {
        since: parameters.moment("since", now),
        until: parameters.moment("until", now),
        by: parameters.parsed("by", Rule::Type, BY_EXPECTED, |text| {
            By::ALL.into_iter().find(|by| by.as_str() == text)
        }),
    };
    parameters.check()?;
    match services.report.report(query).await {
        Ok(report) => Ok(Json(report).into_response()),
        Err(ReportError::Store(error)) => Err(shared.store_failed(&error)),
        Err(ReportError::ByAgent) => Err(Problem::new(
            Kind::Denied,
            "the settings do not allow counting by agent; report.by_agent does",
        )),
    }
}
