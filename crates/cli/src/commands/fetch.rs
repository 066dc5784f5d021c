//! `agent-assist fetch`: the main job.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::engage::EngageService;
use agent_assist_app::fetch::{FetchError, FetchOptions, FetchOutcome, FetchService};
use agent_assist_app::settings::{Loaded, Settings};
use agent_assist_app::wire::GenesysSource;
use agent_assist_app::{payload_json, wire};
use agent_assist_domain::answer::{Answer, Degraded};
use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_domain::ports::StoreErrorKind;
use agent_assist_sandbox::Ready;

use super::displayed;
use crate::args::{FetchArgs, Global};
use crate::delivery::Delivery;
use crate::exit::Exit;
use crate::failure::{Failure, advice_on, exit_of};
use crate::output::{Format, Printer};
use crate::signals::stopped;
use crate::{progress, render, session};

/// The session where `--sandbox` is asked and none is given.
const SANDBOX_SESSION: &str = "sandbox-session";
/// How long the program stays after its answer, for a renewal under way.
const LINGER: Duration = Duration::from_millis(500);
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
    let source = Arc::new(wire::upstream(settings)?);
    let upstream = wire::with_fallbacks(settings, &source);
    let store = wire::open_store(settings).await?;
    let gateway = wire::gateway(settings, &store, upstream, Vec::new())?;
    let fetch = gateway.fetch;
    let delivery = Delivery::new(settings, &store, gateway.bell, Some(&source), printer);
    let options = FetchOptions {
        timeout: settings.fetch_timeout,
        use_cache: !args.no_cache,
    };
    let screen = Screen {
        settings,
        engage: &gateway.engage,
        agent: raw.agent_id.clone(),
        source: &source,
        explain: args.explain,
        printer,
    };
    let ended = if args.watch {
        delivery.during(watch(&fetch, raw, options, &screen)).await
    } else {
        once(&fetch, raw, options, args.fail_degraded, &screen).await
    };
    // What is refreshed behind a stale answer serves the next run.
    fetch.shut_down(LINGER).await;
    delivery.finish(printer).await;
    store.close().await;
    if let Some(sandbox) = sandbox {
        sandbox.shutdown().await;
    }
    ended
}

/// Where outcomes are shown.
struct Screen<'a> {
    settings: &'a Settings,
    /// What is shown counts as displayed, to this agent.
    engage: &'a EngageService,
    agent: RawField,
    source: &'a GenesysSource,
    explain: bool,
    printer: &'a Printer,
}

async fn once(
    service: &FetchService,
    raw: RawRequest,
    options: FetchOptions,
    fail_degraded: bool,
    screen: &Screen<'_>,
) -> Result<Exit, Failure> {
    let fetch = service.fetch(raw, options);
    let outcome = progress::during(screen.printer, "fetching recommendations", fetch).await;
    let outcome = outcome.map_err(|error| Failure::fetch(error, screen.settings.dialect))?;
    screen.show(&outcome).await;
    Ok(match outcome.answer.degradation() {
        Some(_) if fail_degraded => exit_of_degraded(&outcome),
        _ => Exit::Ok,
    })
}

/// The cause's code. Where assist is off, nothing failed now, but there is no answer either.
fn exit_of_degraded(outcome: &FetchOutcome) -> Exit {
    let cause = outcome.cause.as_ref();
    cause.map_or(Exit::Upstream, |cause| exit_of(cause.kind()))
}

/// Shows the first answer and each one that differs from the one before, until somebody wants it to
/// end. A first request that fails ends it, and so does a store that takes nothing any more; other
/// failures may pass.
async fn watch(
    service: &FetchService,
    raw: RawRequest,
    options: FetchOptions,
    screen: &Screen<'_>,
) -> Result<Exit, Failure> {
    let stopped =
        stopped().map_err(|error| Failure::unexpected("signals cannot be awaited", &error))?;
    tokio::pin!(stopped);
    let mut watch = service.watch(raw, options);
    let mut last: Option<FetchOutcome> = None;
    loop {
        let next = tokio::select! {
            next = watch.next() => next,
            () = &mut stopped => return Ok(Exit::Ok),
        };
        match next {
            Ok(outcome) => {
                if last.as_ref().is_none_or(|last| is_news(last, &outcome)) {
                    screen.show(&outcome).await;
                }
                last = Some(outcome);
            }
            Err(error) if last.is_none() || is_poisoned(&error) => {
                return Err(Failure::fetch(error, screen.settings.dialect));
            }
            Err(error) => Failure::fetch(error, screen.settings.dialect).report(screen.printer),
        }
    }
}

fn is_poisoned(error: &FetchError) -> bool {
    matches!(error, FetchError::Record(error) if error.kind() == StoreErrorKind::Poisoned)
}

/// Whether somebody who saw `last` learns anything from `next`.
fn is_news(last: &FetchOutcome, next: &FetchOutcome) -> bool {
    let (last, next) = (&last.answer, &next.answer);
    let label = |answer: &Answer| answer.degradation().map(Degraded::reason);
    last.recommendations() != next.recommendations()
        || last.empty_reason() != next.empty_reason()
        || label(last) != label(next)
}

impl Screen<'_> {
    async fn show(&self, outcome: &FetchOutcome) {
        self.print(outcome);
        let (answer, printer) = (&outcome.answer, self.printer);
        displayed::tell(self.engage, answer, &self.agent, printer).await;
    }

    fn print(&self, outcome: &FetchOutcome) {
        let printer = self.printer;
        let store = format!("store: {}", self.settings.store.display());
        if printer.format() == Format::Table {
            printer.data(&render::answer(&outcome.answer, printer));
            printer.data(&store);
        } else {
            printer.json(&outcome.answer);
            printer.note(&store);
        }
        if self.explain {
            printer.note(&render::explanation(outcome, printer));
            let allowance = render::allowance(&self.source.rate_budget());
            if !allowance.is_empty() {
                printer.note(&allowance);
            }
        }
        if let Some(cause) = &outcome.cause {
            printer.note(&format!("warning: degraded answer: {cause}"));
            let nothing = outcome.answer.recommendations().is_empty();
            if nothing && let Some(advice) = advice_on(cause, self.settings.dialect) {
                printer.note(&format!("hint: {advice}"));
            }
        } else if let Some(degraded) = outcome.answer.degradation() {
            let reason = degraded.reason().as_str();
            printer.note(&format!("warning: degraded answer: {reason}"));
            printer.note("hint: `agent-assist assist status` says what is switched off");
        }
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
        customer_id: RawField::text(args.customer.clone()),
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
