//! Many callers asking one question at once, and nothing of a fetch but that: for the bench, which holds
//! what sharing a call costs a caller against the least that waking one can cost.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::freshness::FreshnessPolicy;
use agent_assist_domain::ports::{RecommendationSource, SourceError, SourceQuery};
use agent_assist_domain::time::Deadline;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::clock::SystemClock;
use crate::shared_upstream::{Memory, SharedUpstream};

/// How long they wait at most.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks `query` of `source` by so many tasks at once; gives how many recommendations each got. `asked` is
/// called once each has had its turn to ask, where one worker gives turns.
pub async fn ask_together(
    source: Arc<dyn RecommendationSource>,
    query: &SourceQuery,
    callers: usize,
    asked: impl FnOnce() + Send + 'static,
) -> Vec<Result<usize, SourceError>> {
    let profile = source.profile();
    let upstream = Arc::new(SharedUpstream::new(
        "default",
        source,
        profile,
        Arc::new(SystemClock),
        FreshnessPolicy::default(),
        Arc::new(|_, _, _| ()),
    ));
    let (query, deadline) = (
        Arc::new(query.clone()),
        Deadline::at((Instant::now() + PATIENCE).into_std()),
    );
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let (upstream, query) = (Arc::clone(&upstream), Arc::clone(&query));
        tasks.spawn(async move {
            let brought = upstream.fetch(&query, deadline, Memory::Ignore).await?;
            Ok(brought.batch.items.len())
        });
    }
    tokio::spawn(async move { asked() });
    tasks.join_all().await
}
