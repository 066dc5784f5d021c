//! The shape of an event for the document; what is told is made by [`line`](super::line).

#![expect(dead_code, reason = "described, not used")]

use serde::Deserialize;
use utoipa::ToSchema;

/// An event of a stream, by its fields.
#[derive(Deserialize, ToSchema)]
pub(super) struct StreamEvent {
    /// For `Last-Event-ID`. `resync` and `bye` have none.
    id: Option<String>,
    event: StreamEventKind,
    /// JSON, of a shape by kind; with `recommendations` an `Answer`.
    data: String,
}

/// What a stream tells.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum StreamEventKind {
    Recommendations,
    State,
    Degraded,
    Interrupted,
    Resync,
    Bye,
}
