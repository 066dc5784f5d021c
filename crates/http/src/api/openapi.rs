//! The document that describes the API, made from the routes themselves, and a page that shows it.

use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use utoipa::OpenApi;
use utoipa::openapi::security::{
    ClientCredentials, Flow, Http, HttpAuthScheme, OAuth2, Scopes, SecurityScheme,
};
use utoipa::openapi::{Components, SecurityRequirement};

/// What utoipa cannot read off the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "agent-assist",
        description = "Recommendations for a conversation's agent: fetched once, verified, screened, \
                       masked, recorded. Every answer but those of success is a problem (RFC 9457); \
                       below /api/v2 and /oauth, for programs that are written for the platform, \
                       everything is in the platform's own shapes. \
                       `x-roles` says which roles may. Where the daemon serves several tenants, a key \
                       for all of them says by the header Agent-Assist-Tenant whose request it is."
    ),
    tags(
        (name = "recommendations", description = "What an agent is shown"),
        (name = "access", description = "Who may ask"),
        (name = "records", description = "What was given out and done"),
        (name = "platform", description = "What programs written with the platform's SDKs ask"),
        (name = "operating", description = "On the listener of operators"),
    ),
)]
struct Described;

/// The document: what callers and operators may ask, by which role.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Described::openapi();
    document.merge(super::undoored().into_openapi());
    document.merge(crate::platform::undoored().into_openapi());
    document.merge(crate::admin::undoored().into_openapi());
    let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components = document.components.get_or_insert_with(Components::new);
    components.add_security_scheme(SCHEME, scheme);
    let login = ClientCredentials::new("/oauth/token", Scopes::new());
    let login = SecurityScheme::OAuth2(OAuth2::new([Flow::ClientCredentials(login)]));
    components.add_security_scheme(PLATFORM_SCHEME, login);
    let needed = SecurityRequirement::new(SCHEME, Vec::<String>::new());
    document.security = Some(vec![needed]);
    super::common_problems::describe(&mut document);
    document
}

/// What callers identify themselves with.
const SCHEME: &str = "key";
/// How clients of the platform come to a token.
const PLATFORM_SCHEME: &str = "platform";

pub(super) async fn serve() -> Response {
    // It is made of what is known when the program is compiled; there is nothing in it to fail on.
    let text = document().to_json().unwrap_or_default();
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}

/// Shows the document, and needs no other host for it.
pub(super) async fn page() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, PAGE_POLICY),
    ];
    (headers, include_str!("docs/page.html")).into_response()
}

pub(super) async fn script() -> Response {
    let kind = [(CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, include_str!("docs/page.js")).into_response()
}

pub(super) async fn style() -> Response {
    let kind = [(CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("docs/page.css")).into_response()
}

/// Its own script and style, and nothing inline.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                           connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";
