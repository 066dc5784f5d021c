//! Orders of operators, as JSON.

use axum::body::Body;
use axum::http::HeaderMap;
use serde::de::DeserializeOwned;

use crate::problem::{Kind, Problem};
use crate::protect::limits::json_body;

/// The order in the body; `shape` says what it should be.
pub(super) async fn read<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    shape: &str,
) -> Result<T, Problem> {
    let body = json_body(headers, body).await?;
    serde_json::from_slice(&body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let detail = format!("it must be {shape} (line {line}, column {column})");
        Problem::new(Kind::MalformedJson, detail)
    })
}
