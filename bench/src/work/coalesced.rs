//! Many callers and one call, beside the least that waking so many tasks can cost.

use std::sync::Arc;

use agent_assist_app::coalescing;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::SourceQuery;
use agent_assist_testkit::ScriptedSource;
use agent_assist_testkit::build::{batch, recommendation};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::ports::request;
use super::{Done, Much, Watch};
use crate::Outcome;

const DIALECT: Dialect = Dialect::Suggestions;

/// `at_once` callers ask the same while the upstream is silent; then it answers.
pub(super) async fn callers(much: &Much) -> Outcome<Done> {
    let raw = request(0)?.validate(DIALECT).map_err(|_| "a bad request")?;
    let query = SourceQuery::from(&raw);
    let watch = Watch::start();
    let mut count = 0;
    for _ in 0..much.count.unwrap_or(1) {
        let source = Arc::new(ScriptedSource::new(DIALECT));
        source.then(Ok(batch([recommendation("r")])));
        let gate = source.hold();
        let open = move || drop(gate);
        let asking = coalescing::ask_together(source.clone(), &query, much.at_once, open);
        let answers = asking.await;
        if answers.iter().any(Result::is_err) || source.calls() != 1 {
            return Err(format!("{} calls for one question", source.calls()).into());
        }
        count += answers.len() as u64;
    }
    Ok(watch.stop(count))
}

/// `at_once` tasks wait for one value.
pub(super) async fn watchers(much: &Much) -> Outcome<Done> {
    let watch = Watch::start();
    let mut count = 0;
    for _ in 0..much.count.unwrap_or(1) {
        let (sender, receiver) = watch::channel(None::<Arc<str>>);
        let mut tasks = JoinSet::new();
        for _ in 0..much.at_once {
            let mut receiver = receiver.clone();
            tasks.spawn(async move {
                let value = receiver.wait_for(Option::is_some).await;
                value.ok().and_then(|value| value.clone())
            });
        }
        tokio::spawn(async move { sender.send_replace(Some("there".into())) });
        while let Some(task) = tasks.join_next().await {
            count += u64::from(task?.is_some());
        }
    }
    Ok(watch.stop(count))
}
