//! The gateway inside a program of one's own: no command line, settings made in code, and a closure
//! that is called back after every outcome.
//!
//! The upstream is the sandbox; for a real organisation leave `Sources::sandbox` out and hand in
//! the environment. Run it with `cargo run -p agent-assist-app --example embed`.

use std::error::Error;
use std::path::Path;
use std::sync::{Arc, mpsc};

use agent_assist_app::fetch::FetchOptions;
use agent_assist_app::report::ReportQuery;
use agent_assist_app::settings::{Mistakes, SandboxSettings, Settings, Sources};
use agent_assist_app::sink::ClosureSink;
use agent_assist_app::wire;
use agent_assist_domain::answer::{Answer, AnswerItem};
use agent_assist_domain::payload::{RawEngagement, RawEngagements, RawField, RawRequest};
use agent_assist_sandbox::{Ready, Sandbox, SandboxConfig};

/// What the program saw.
pub(crate) struct Summary {
    /// Headings of what was recommended, best first.
    pub(crate) titles: Vec<String>,
    /// Names of the events that the closure was called with, in order.
    pub(crate) events: Vec<String>,
    /// Distinct recommendations that were used, and that were shown.
    pub(crate) used_of_shown: (u64, u64),
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a program for people to run")]
async fn main() -> Result<(), Box<dyn Error>> {
    let summary = run().await?;
    println!("recommended: {:#?}", summary.titles);
    println!("called back with: {:#?}", summary.events);
    let (used, shown) = summary.used_of_shown;
    println!("used: {used} of {shown} shown");
    Ok(())
}

/// Fetches the recommendations of a sample conversation, uses the first, and reports.
pub(crate) async fn run() -> Result<Summary, Box<dyn Error>> {
    let sandbox = Sandbox::start(SandboxConfig::default()).await?;
    let folder = tempfile::tempdir()?;
    let settings = settings(sandbox.ready(), &folder.path().join("embedded.db"))?;
    let store = wire::open_store(&settings).await?;

    let (sender, events) = mpsc::channel();
    let callback = ClosureSink::new(move |event| {
        // Fails once nobody listens any more, which is the listener's choice.
        let _ = sender.send(event.kind().to_owned());
    });
    let upstream = wire::with_fallbacks(&settings, &Arc::new(wire::upstream(&settings)?));
    let gateway = wire::gateway(&settings, &store, upstream, vec![Arc::new(callback)])?;

    let options = FetchOptions {
        timeout: settings.fetch_timeout,
        use_cache: true,
    };
    let outcome = gateway
        .fetch
        .fetch(request(sandbox.ready()), options)
        .await?;
    let shown = outcome.answer.recommendations();
    let first = shown.first().ok_or("the sandbox recommends nothing")?;
    // A program that shows what it fetched says so, or nobody knows what "used" is a share of.
    let displayed = told(&outcome.answer, shown, "displayed");
    gateway.engage.engage(displayed).await?;
    let used = told(&outcome.answer, [first], "used");
    gateway.engage.engage(used).await?;
    let report = wire::report(&settings, &store)
        .report(ReportQuery::default())
        .await?;

    store.close().await;
    sandbox.shutdown().await;
    Ok(Summary {
        titles: shown.iter().map(|item| item.title().to_owned()).collect(),
        events: events.try_iter().collect(),
        used_of_shown: (
            report.engagement.adoption.count.unwrap_or_default(),
            report.engagement.displayed,
        ),
    })
}

fn settings(ready: &Ready, store: &Path) -> Result<Settings, Mistakes> {
    let sources = Sources {
        sandbox: Some(SandboxSettings {
            tenant: "embedded".to_owned(),
            store: store.display().to_string(),
            dialect: "recommendations",
            upstream: vec![
                ("upstream.api_base", ready.base_url.clone()),
                ("upstream.client_id", ready.client_id.clone()),
                ("upstream.client_secret", ready.client_secret.clone()),
            ],
        }),
        ..Sources::default()
    };
    Ok(sources.load()?.settings)
}

fn request(ready: &Ready) -> RawRequest {
    let sources = ready.knowledge_sources.iter().cloned();
    RawRequest {
        session_id: RawField::text(Some("embedded-session")),
        conversation_id: RawField::text(ready.conversations.first().map(|first| &first.id)),
        knowledge_source_ids: sources.map(RawField::Text).collect(),
        ..RawRequest::default()
    }
}

fn told<'a>(
    answer: &Answer,
    items: impl IntoIterator<Item = &'a AnswerItem>,
    kind: &str,
) -> RawEngagements {
    let event = |item: &AnswerItem| RawEngagement {
        recommendation_id: RawField::text(Some(item.id())),
        kind: RawField::text(Some(kind)),
        ..RawEngagement::default()
    };
    RawEngagements {
        conversation_id: RawField::text(Some(answer.conversation_id())),
        session_id: RawField::text(Some(answer.session_id())),
        events: items.into_iter().map(event).collect(),
        ..RawEngagements::default()
    }
}
