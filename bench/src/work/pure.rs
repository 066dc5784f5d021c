//! What is done to a body without waiting for anything.

use std::time::Duration;

use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::{RecommendationSource as _, SourceQuery};
use agent_assist_domain::screening::{Screening, ScreeningPolicy};
use agent_assist_domain::time::Deadline;
use agent_assist_genesys_wire::{Listing, Suggestion};
use tokio::time::Instant;

use super::ports::{request, source};
use super::{Done, Much, again};
use crate::Outcome;
use crate::listing::{self, ENTITIES};

const DIALECT: Dialect = Dialect::Suggestions;

fn soon() -> Deadline {
    Deadline::at((Instant::now() + Duration::from_secs(60)).into_std())
}

/// Parsing to types, each with all of its texts.
pub(super) async fn parse(much: &Much) -> Outcome<Done> {
    let body = listing::of(ENTITIES);
    again(much.until(), |_| {
        let parsed = serde_json::from_str::<Listing<Suggestion>>(&body);
        async {
            std::hint::black_box(parsed?.entities.len());
            Ok(())
        }
    })
    .await
}

/// What the adapter does with a body: verification, then a batch.
pub(super) async fn read(much: &Much) -> Outcome<Done> {
    let source = source(ENTITIES)?;
    let raw = request(0)?.validate(DIALECT).map_err(|_| "a bad request")?;
    let query = SourceQuery::from(&raw);
    again(much.until(), |_| async {
        std::hint::black_box(source.fetch(&query, soon()).await?.items.len());
        Ok(())
    })
    .await
}

/// Relevance, personal data, order; by `screening`, which may remember the texts of the rounds before.
pub(super) async fn screen(much: &Much, screening: Screening) -> Outcome<Done> {
    let request = request(0)?.validate(DIALECT).map_err(|_| "a bad request")?;
    let query = SourceQuery::from(&request);
    let batch = source(ENTITIES)?.fetch(&query, soon()).await?;
    let policy = ScreeningPolicy::for_dialect(DIALECT);
    again(much.until(), |_| {
        let screened = screening.screen(&batch, &request, DIALECT, &policy, None);
        std::hint::black_box(screened.kept().len());
        async { Ok(()) }
    })
    .await
}
