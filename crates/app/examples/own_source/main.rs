//! The gateway over a recommendation source of one's own: [`PinnedAnswers`] in place of Genesys
//! Cloud. Everything else stays: the screening masks, the store remembers and records.
//!
//! Run it with `cargo run -p agent-assist-app --example own_source`.

mod pinned_answers;

use std::error::Error;
use std::path::Path;

use agent_assist_app::fetch::FetchOptions;
use agent_assist_app::settings::Sources;
use agent_assist_app::wire;
use agent_assist_domain::answer::Answer;
use agent_assist_domain::payload::{RawField, RawRequest};
pub(crate) use pinned_answers::PinnedAnswers;

/// A conversation, and a file with answers for it.
pub(crate) const CONVERSATION: &str = "3f0c9d52-8a61-4b7e-9f3d-6d2f1f0b7a41";
pub(crate) const SAMPLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/examples/own_source/pinned-answers.json"
);

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a program for people to run")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let answer = ask(CONVERSATION, &folder.path().join("pinned.db")).await?;
    println!("{}", serde_json::to_string_pretty(&answer)?);
    Ok(())
}

/// What the gateway answers on `conversation`, remembered and recorded in `store`.
pub(crate) async fn ask(conversation: &str, store: &Path) -> Result<Answer, Box<dyn Error>> {
    let sources = Sources {
        flags: vec![("store", store.display().to_string(), "--store")],
        ..Sources::default()
    };
    let settings = sources.load()?.settings;
    let store = wire::open_store(&settings).await?;
    let source = PinnedAnswers(SAMPLE.into());
    let gateway = wire::gateway(&settings, &store, source, Vec::new())?;

    let request = RawRequest {
        conversation_id: RawField::text(Some(conversation)),
        ..RawRequest::default()
    };
    let options = FetchOptions {
        timeout: settings.fetch_timeout,
        use_cache: true,
    };
    let outcome = gateway.fetch.fetch(request, options).await?;
    store.close().await;
    Ok(outcome.answer)
}
