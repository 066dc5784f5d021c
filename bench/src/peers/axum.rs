//! Bare axum: a route that gives out one body to those who show the right header. What a framework
//! costs that checks nothing else, decides nothing and records nothing.

use std::path::Path;

use axum::Router;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bytes::Bytes;
use tokio::net::TcpListener;

use crate::Outcome;

/// What must be shown.
pub(crate) const SHOWN: &str = "Bearer bench";

/// The role: prints its address, then serves.
pub(crate) async fn serve(body: &Path) -> Outcome<()> {
    let body = Bytes::from(std::fs::read(body)?);
    let router = Router::new().route("/", get(answer)).with_state(body);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    crate::say(&listener.local_addr()?.to_string());
    Ok(axum::serve(listener, router).await?)
}

async fn answer(State(body): State<Bytes>, headers: HeaderMap) -> Response {
    let shown = headers.get(AUTHORIZATION);
    if shown.is_none_or(|shown| shown != SHOWN) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}
