//! The routes a client looks around with: its token, a knowledge base, the limits.

use std::sync::Arc;

use agent_assist_genesys_wire::{KnowledgeBase, Limit, Listing, NamedEntity, TokenInfo};
use axum::Json;
use axum::extract::{Path, State};
use uuid::Uuid;

use super::answer::ApiError;
use crate::ids;
use crate::token::Allowances;
use crate::world::World;

const NAMESPACE: &str = "platform.api";

/// `GET /api/v2/tokens/me`.
pub(super) async fn token_info(State(world): State<Arc<World>>) -> Json<TokenInfo> {
    let organization = NamedEntity {
        id: Some(ids::stable("organization", "the-one").to_string()),
        name: Some("Sandbox".to_owned()),
    };
    Json(TokenInfo {
        home_organization: Some(organization.clone()),
        organization: Some(organization),
        authorized_scope: Some(Vec::new()),
        oauth_client: Some(NamedEntity {
            id: Some(world.client.id.clone()),
            name: Some("agent-assist".to_owned()),
        }),
    })
}

/// `GET /api/v2/knowledge/knowledgebases/{id}`.
pub(super) async fn knowledge_base(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
) -> Result<Json<KnowledgeBase>, ApiError> {
    let id = Uuid::try_parse(&id).map_err(|_| ApiError::not_found())?;
    let base = world.library.base(id).ok_or_else(ApiError::not_found)?;
    let articles = world.library.articles.iter();
    let count = articles
        .filter(|article| world.library.base_of(article).id == id)
        .count();
    Ok(Json(KnowledgeBase {
        id: Some(base.id.to_string()),
        name: Some(base.name.clone()),
        description: Some(base.description.clone()),
        core_language: Some("en-US".to_owned()),
        article_count: i64::try_from(count).ok(),
        published: Some(base.published),
        self_uri: Some(base.uri()),
        ..KnowledgeBase::default()
    }))
}

/// `GET /api/v2/organizations/limits/namespaces/platform.api`.
pub(super) async fn limits(State(world): State<Arc<World>>) -> Json<Listing<Limit>> {
    let Allowances {
        per_token,
        per_application,
    } = world.tokens().allowances();
    let limits = [
        ("client.credentials.token.rate.per.minute", per_token.into()),
        ("token.rate.per.minute", per_token.into()),
        ("org.app.user.rate.per.minute", per_application.into()),
        ("request.bytes.max", 512_000),
    ];
    let limit = |(key, value): (&str, i64)| Limit {
        key: Some(key.to_owned()),
        namespace: Some(NAMESPACE.to_owned()),
        value: Some(value),
    };
    Json(Listing {
        entities: limits.into_iter().map(limit).collect(),
        next_uri: None,
        self_uri: Some(format!(
            "/api/v2/organizations/limits/namespaces/{NAMESPACE}"
        )),
        previous_uri: None,
    })
}
