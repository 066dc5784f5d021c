//! `agent-assist fetch`: the main job.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use agent_assist_app::fetch::{FetchOptions, FetchOutcome};
use agent_assist_app::settings::Loaded;
use agent_assist_app::{payload_json, wire};
use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_sandbox::Ready;

use crate::args::{FetchArgs, Global};
use crate::exit::Exit;
use crate::failure::{Failure, advice_on, exit_of};
use crate::output::{Format, Printer};
use crate::{progress, render, session};

/// The session where `--sandbox` is asked and none is given.
const SANDBOX_SESSION: &str = "sandbox-session";
/// Longest payload or list of subject terms read, in bytes.
const MAX_INPUT: u64 = 1024 * 1024;

pub(super) async fn run(
    global: &Global,
    args: FetchArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let mut sources = session::sources(global);
    if let Some(timeout) = &args.timeout {
        sources
            .flags
            .push(("fetch.timeout", timeout.clone(), "--timeout"));
    }
    // Kept until the end: dropping it stops the upstream.
    let sandbox = match args.sandbox {
        true => Some(session::start_sandbox(&mut sources).await?),
        false => None,
    };
    let loaded = session::load(&sources, printer)?;
    let settings = &loaded.settings;
    refuse_shared_input(&args, &loaded)?;
    let mut raw = payload(&args)?;
    if let Some(sandbox) = &sandbox {
        fill_in(&mut raw, sandbox.ready());
    }
    let source = wire::upstream(settings)?;
    let store = wire::open_store(settings).await?;
    let gateway = wire::gateway(settings, &store, Arc::new(source), Vec::new())?;
    let options = FetchOptions {
        timeout: settings.fetch_timeout,
        use_cache: !args.no_cache,
    };
    let fetch = gateway.fetch.fetch(raw, options);
    let outcome = progress::during(printer, "fetching recommendations", fetch).await;
    store.close().await;
    if let Some(sandbox) = sandbox {
        sandbox.shutdown().await;
    }
    let outcome = outcome.map_err(|error| Failure::fetch(error, settings.dialect))?;
    show(&outcome, &settings.store, args.explain, printer);
    let Some(cause) = &outcome.cause else {
        return Ok(Exit::Ok);
    };
    printer.note(&format!("warning: degraded answer: {cause}"));
    if let Some(advice) = advice_on(cause, settings.dialect) {
        printer.note(&format!("hint: {advice}"));
    }
    Ok(if args.fail_degraded {
        exit_of(cause.kind())
    } else {
        Exit::Ok
    })
}

fn show(outcome: &FetchOutcome, store: &Path, explain: bool, printer: &Printer) {
    let store = format!("store: {}", store.display());
    if printer.format() == Format::Table {
        printer.data(&render::answer(&outcome.answer, printer));
        printer.data(&store);
    } else {
        printer.json(&outcome.answer);
        printer.note(&store);
    }
    if explain {
        printer.note(&render::explanation(outcome, printer));
    }
}

/// Standard input can be read once. What a secret took from it would be missing in the payload, and
/// subject terms that are missing are masked nowhere without anybody noticing.
fn refuse_shared_input(args: &FetchArgs, loaded: &Loaded) -> Result<(), Failure> {
    let is_input = |path: &Option<PathBuf>| path.as_deref() == Some(Path::new("-"));
    if !is_input(&args.payload) && !is_input(&args.subject_terms) {
        return Ok(());
    }
    let lines = loaded.show();
    let taken = lines
        .iter()
        .find(|line| line.name.ends_with("_file") && line.value.as_deref() == Some("-"));
    match taken {
        Some(line) => Err(
            Failure::usage(format!("standard input already serves {}", line.name))
                .advise("name a file for one of the two"),
        ),
        None => Ok(()),
    }
}

/// The request as typed: the rules judge it, not the command line.
fn payload(args: &FetchArgs) -> Result<RawRequest, Failure> {
    if let Some(path) = &args.payload {
        let json = read(path, "the payload")?;
        return payload_json::parse(json.as_bytes()).map_err(|error| {
            Failure::usage(error.to_string()).advise("see `agent-assist fetch --help` for a sample")
        });
    }
    let subject_terms = match &args.subject_terms {
        Some(path) => read(path, "the subject terms")?,
        None => String::new(),
    };
    Ok(RawRequest {
        session_id: RawField::text(args.session.clone()),
        conversation_id: RawField::text(args.conversation.clone()),
        intent_confidence: args
            .intents
            .iter()
            .map(|intent| split_intent(intent))
            .collect(),
        knowledge_source_ids: args
            .knowledge_sources
            .iter()
            .cloned()
            .map(RawField::Text)
            .collect(),
        limit: RawField::text(args.limit.clone()),
        offset: RawField::text(args.offset.clone()),
        min_relevance: RawField::text(args.min_relevance.clone()),
        agent_id: RawField::text(args.agent.clone()),
        queue_id: RawField::text(args.queue.clone()),
        query: RawField::text(args.query.clone()),
        subject_terms: subject_terms
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(|line| RawField::Text(line.to_owned()))
            .collect(),
        misfits: Vec::new(),
    })
}

/// `refund=0.8`; without a confidence the rules will ask for one.
fn split_intent(intent: &str) -> (String, RawField) {
    match intent.rsplit_once('=') {
        Some((name, confidence)) => (name.to_owned(), RawField::Text(confidence.to_owned())),
        None => (intent.to_owned(), RawField::Absent),
    }
}

fn read(path: &Path, what: &str) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin()
            .take(MAX_INPUT + 1)
            .read_to_string(&mut text)
    } else {
        std::fs::File::open(path)
            .and_then(|file| file.take(MAX_INPUT + 1).read_to_string(&mut text))
    };
    match read {
        Ok(bytes) if bytes as u64 > MAX_INPUT => Err(Failure::usage(format!(
            "{what} must be at most {MAX_INPUT} bytes"
        ))),
        Ok(_) => Ok(text),
        Err(error) => Err(Failure::usage(format!(
            "{what} cannot be read from {}: {error}",
            path.display()
        ))),
    }
}

/// The sandbox knows what there is to ask for.
fn fill_in(raw: &mut RawRequest, ready: &Ready) {
    let absent = |field: &RawField| *field == RawField::Absent;
    if absent(&raw.conversation_id) {
        raw.conversation_id = RawField::text(ready.conversations.first().map(|c| c.id.clone()));
    }
    if absent(&raw.session_id) {
        raw.session_id = RawField::text(Some(SANDBOX_SESSION));
    }
    if raw.knowledge_source_ids.is_empty() {
        raw.knowledge_source_ids = ready
            .knowledge_sources
            .iter()
            .cloned()
            .map(RawField::Text)
            .collect();
    }
}
