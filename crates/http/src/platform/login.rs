//! `POST /oauth/token`: a program logs in with a key of ours, as the SDKs send a client's id and secret.

use agent_assist_app::access::{AccessError, MAX_TOKEN_LIFE};
use agent_assist_genesys_wire::TokenResponse;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::{Extension, Json};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use super::schema::{PlatformLogin, PlatformLoginError, PlatformToken};
use crate::auth::Rates;
use crate::problem::{Kind, Problem};
use crate::protect::limits::form_body;
use crate::state::Shared;

/// The grant that there is.
const GRANT: &str = "client_credentials";

/// A client's id and secret.
struct Client {
    id: String,
    secret: String,
}

/// Log in as the platform's clients do
///
/// The client is a key: its id (`agent-assist key create` tells it) and the key, by `Authorization: Basic` or in
/// the form. The token may what the key may, for an hour.
#[utoipa::path(
    post,
    path = "/oauth/token",
    operation_id = "log_in",
    tag = "platform",
    request_body(content = PlatformLogin, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token", body = PlatformToken),
        (status = 400, description = "The grant is another, or the key asks too often", body = PlatformLoginError),
        (status = 401, description = "No valid key has this id and secret", body = PlatformLoginError),
        (status = 503, description = "Keys cannot be looked up", body = PlatformLoginError),
    ),
    security(()),
    extensions(("x-roles" = json!([]))),
)]
pub(super) async fn issue(
    State(shared): State<Shared>,
    Extension(rates): Extension<Rates>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<TokenResponse>, Problem> {
    let form = Form::read(&form_body(&headers, body).await?);
    if form.grant.as_deref() != Some(GRANT) {
        let rule = "must be client_credentials; agents' own grants (PKCE, authorization code) are the \
                    platform's to give";
        return Err(Problem::field("grant_type", "choice", rule));
    }
    let client = basic(&headers).or(form.client).ok_or_else(|| {
        let detail = "name the client by Authorization: Basic, or by client_id and client_secret: the \
                      id of a key (agent-assist key create) and the key";
        Problem::new(Kind::Unauthenticated, detail)
    })?;
    let access = &shared.services().access;
    let issued = access
        .log_in(&client.id, &client.secret, MAX_TOKEN_LIFE)
        .await;
    let (caller, minted) = issued.map_err(|error| match error {
        AccessError::Unknown => {
            let detail = "authentication failed: no valid key has this id and secret";
            Problem::new(Kind::Unauthenticated, detail)
        }
        AccessError::Store(cause) => shared.store_failed(&cause),
    })?;
    // Only now: who does not hold the key must not use up its share.
    rates.count(&caller.key_id).map_err(|wait| {
        Problem::new(Kind::RateLimited, "wait before the next request").retry_after(wait)
    })?;
    Ok(Json(TokenResponse {
        access_token: minted.token,
        token_type: Some("bearer".to_owned()),
        expires_in: Some(MAX_TOKEN_LIFE.as_secs()),
    }))
}

/// What a form says.
struct Form {
    grant: Option<String>,
    client: Option<Client>,
}

impl Form {
    fn read(body: &[u8]) -> Self {
        let (mut grant, mut id, mut secret) = (None, None, None);
        for (name, value) in form_urlencoded::parse(body) {
            let field = match &*name {
                "grant_type" => &mut grant,
                "client_id" => &mut id,
                "client_secret" => &mut secret,
                _ => continue,
            };
            *field = Some(value.into_owned());
        }
        let client = id.zip(secret).map(|(id, secret)| Client { id, secret });
        Self { grant, client }
    }
}

fn basic(headers: &HeaderMap) -> Option<Client> {
    let said = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = said.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some(Client {
        id: id.to_owned(),
        secret: secret.to_owned(),
    })
}
