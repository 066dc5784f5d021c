//! Many callers asking one question at once, and nothing of a fetch but that: for the bench, which holds
//! what sharing a call costs a caller against the least that waking one can cost.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
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
/// called by the last to ask.
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
    let (to_ask, asked) = (
        Arc::new(AtomicUsize::new(callers)),
        Arc::new(Mutex::new(Some(asked))),
    );
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let (upstream, query) = (Arc::clone(&upstream), Arc::clone(&query));
        let (to_ask, asked) = (Arc::clone(&to_ask), Arc::clone(&asked));
        tasks.spawn(async move {
            let mut asking = pin!(upstream.fetch(&query, deadline, Memory::Ignore));
            let answered = poll_fn(|context| Poll::Ready(asking.as_mut().poll(context))).await;
            if to_ask.fetch_sub(1, Ordering::Relaxed) == 1
                && let Some(asked) = asked.lock().unwrap_or_else(PoisonError::into_inner).take()
            {
                asked();
            }
            let brought = match answered {
                Poll::Ready(brought) => brought?,
                Poll::Pending => asking.await?,
            };
            Ok(brought.batch.items.len())
        });
    }
    tasks.join_all().await
}
