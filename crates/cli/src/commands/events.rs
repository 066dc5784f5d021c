//! `agent-assist events`: how sinks stand, delivering, and help for those who develop a receiver.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::events::{Bell, DEVELOPMENT_SECRET, EventService, sample};
use agent_assist_app::ids::Ids;
use agent_assist_app::settings::{Loaded, Secret, Settings};
use agent_assist_app::wire;
use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::ports::{AnalyticsSink, SinkError};
use secrecy::SecretString;
use serde::Serialize;
use tokio::time::{Instant, sleep};

use crate::args::{EventsCommand, EventsListArgs, Forwarding, Global, ListenArgs, TriggerArgs};
use crate::delivery::reporter;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::signals::stopped;
use crate::{progress, render, session};

/// Between two looks at a log that other processes write to.
const LOOK: Duration = Duration::from_millis(500);

pub(super) async fn run(
    global: &Global,
    command: EventsCommand,
    printer: &Printer,
) -> Result<Exit, Failure> {
    match command {
        EventsCommand::List(args) => list(global, &args, printer).await,
        EventsCommand::Deliver { timeout } => deliver(global, timeout, printer).await,
        EventsCommand::Redrive { sinks, ids } => redrive(global, &sinks, &ids, printer).await,
        EventsCommand::Listen(args) => listen(global, args, printer).await,
        EventsCommand::Trigger(args) => trigger(global, &args, printer).await,
    }
}

/// Settings with at least one sink, or an upstream that is told of engagements.
fn load(global: &Global, printer: &Printer) -> Result<Loaded, Failure> {
    let loaded = session::load_for_store(global, false, printer)?;
    if !has_sink(&loaded.settings) {
        return Err(no_sink());
    }
    Ok(loaded)
}

fn has_sink(settings: &Settings) -> bool {
    !settings.analytics.sinks().is_empty() || settings.tells_upstream()
}

fn no_sink() -> Failure {
    Failure::usage("no sink is set").advise(
        "set analytics.file, or analytics.webhooks.NAME.url and .secret_file; docs/EVENTS.md shows how",
    )
}

/// The sinks that were named, or all.
fn chosen(service: &EventService, named: &[String]) -> Result<Vec<String>, Failure> {
    match named.iter().find(|name| !service.sinks().contains(name)) {
        Some(_) => Err(Failure::usage("--sink names no sink of the settings")
            .advise(format!("the sinks are {}", service.sinks().join(", ")))),
        None if named.is_empty() => Ok(service.sinks().to_vec()),
        None => Ok(named.to_vec()),
    }
}

async fn list(global: &Global, args: &EventsListArgs, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, false, printer)?;
    let settings = &loaded.settings;
    if !has_sink(settings) && !settings.store.is_file() {
        return Err(no_sink());
    }
    let store = session::open_to_read(settings).await?;
    let service = wire::events(settings, &store);
    let sinks = chosen(&service, &args.sinks)?;
    // Something may be kept for an upstream that is not told any more.
    if !has_sink(settings) && service.status().await?.is_empty() {
        store.close().await;
        return Err(no_sink());
    }
    if args.dead {
        let dead = service.dead(&sinks, args.limit).await?;
        match printer.format() {
            Format::Table => printer.data(&render::dead_events(&dead, printer)),
            _ => printer.json_list(&dead),
        }
    } else {
        let mut status = service.status().await?;
        status.retain(|status| sinks.contains(&status.sink));
        match printer.format() {
            Format::Table => printer.data(&render::sinks(&status, printer)),
            _ => printer.json_list(&status),
        }
    }
    store.close().await;
    Ok(Exit::Ok)
}

async fn deliver(global: &Global, timeout: Duration, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = load(global, printer)?;
    let delivering = async {
        let store = wire::open_store(&loaded.settings).await?;
        let reporter = reporter(&loaded.settings, None, printer);
        let deliverer = wire::deliverer(&loaded.settings, &store, Bell::default(), reporter)?;
        let delivered = deliverer.drain(Instant::now() + timeout).await;
        store.close().await;
        Ok::<_, Failure>(delivered?)
    };
    let delivered = progress::during(printer, "delivering events", delivering).await?;
    match printer.format() {
        Format::Table => printer.data(&render::delivered(&delivered, printer)),
        _ => printer.json_list(&delivered),
    }
    let failed = delivered
        .iter()
        .any(|sink| sink.failed > 0 || sink.dead > 0 || sink.held.is_some());
    Ok(if failed { Exit::Upstream } else { Exit::Ok })
}

/// What `events redrive` did.
#[derive(Serialize)]
struct Redriven {
    redriven: u64,
    resumed_sinks: u64,
}

async fn redrive(
    global: &Global,
    sinks: &[String],
    ids: &[String],
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = load(global, printer)?;
    let store = wire::open_store(&loaded.settings).await?;
    let service = wire::events(&loaded.settings, &store);
    let redriven = async {
        let sinks = chosen(&service, sinks)?;
        Ok::<_, Failure>(service.redrive(&sinks, ids).await?)
    };
    let redriven = redriven.await;
    store.close().await;
    let (redriven, resumed_sinks) = redriven?;
    if printer.format() == Format::Table {
        let events = render::count(redriven, "event");
        let sinks = render::count(resumed_sinks, "sink");
        printer.data(&format!(
            "to be tried again: {events}; sent to again: {sinks}"
        ));
    } else {
        printer.json(&Redriven {
            redriven,
            resumed_sinks,
        });
    }
    Ok(Exit::Ok)
}

/// The receiver that is being developed, if there is one.
fn receiver(
    to: &Forwarding,
    settings: &Settings,
    printer: &Printer,
) -> Result<Option<Arc<dyn AnalyticsSink>>, Failure> {
    let Some(url) = &to.forward_to else {
        return Ok(None);
    };
    let secret = match &to.secret_file {
        Some(path) => Secret::File(path.clone())
            .read()
            .map_err(|error| Failure::usage(format!("--secret-file cannot be read: {error}")))?,
        None => {
            printer.note(&format!(
                "signed with the development secret, which everybody knows: {DEVELOPMENT_SECRET}"
            ));
            SecretString::from(DEVELOPMENT_SECRET)
        }
    };
    let sink = wire::webhook_to(settings, url.clone(), &secret)?;
    Ok(Some(Arc::new(sink)))
}

async fn listen(global: &Global, args: ListenArgs, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    let stopped =
        stopped().map_err(|error| Failure::unexpected("signals cannot be awaited", &error))?;
    tokio::pin!(stopped);
    let sink = receiver(&args.to, &loaded.settings, printer)?;
    let store = session::open_to_read(&loaded.settings).await?;
    let types = args.types.unwrap_or_default();
    let mut follow = wire::follow(&loaded.settings, &store, types, args.since).await?;
    printer.note("listening; interrupt to end");
    loop {
        let next = tokio::select! {
            next = follow.next(sink.as_deref()) => next?,
            () = &mut stopped => break,
        };
        for forwarded in &next {
            match sink {
                Some(_) => told(&forwarded.event, &forwarded.arrived, printer),
                None if !printer.stream(format!("{}\n", forwarded.event.to_json()).as_bytes()) => {
                    return Ok(Exit::Ok);
                }
                None => {}
            }
        }
        if next.is_empty() {
            tokio::select! {
                () = sleep(LOOK) => {}
                () = &mut stopped => break,
            }
        }
    }
    store.close().await;
    Ok(Exit::Ok)
}

/// What became of an event that was forwarded.
#[derive(Serialize)]
struct Sent<'a> {
    id: &'a str,
    seq: Option<u64>,
    #[serde(rename = "type")]
    kind: &'a str,
    arrived: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

fn told(event: &AnalyticsEvent, arrived: &Result<(), SinkError>, printer: &Printer) {
    if printer.format() == Format::Table {
        printer.data(&render::forwarded(event, arrived));
    } else {
        printer.json(&Sent {
            id: event.id(),
            seq: event.seq(),
            kind: event.kind(),
            arrived: arrived.is_ok(),
            why: arrived.as_ref().err().map(ToString::to_string),
        });
    }
}

async fn trigger(global: &Global, args: &TriggerArgs, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, false, printer)?;
    let sink = match &args.sink {
        Some(name) => wire::sink(&loaded.settings, name)?.ok_or_else(|| {
            let sinks = loaded.settings.analytics.sinks().join(", ");
            Failure::usage("--sink names no sink of the settings")
                .advise(format!("the sinks are: {sinks}"))
        })?,
        None => receiver(&args.to, &loaded.settings, printer)?
            .ok_or_else(|| Failure::usage("there is nowhere to send to"))?,
    };
    let id = Ids::time_ordered().next();
    let Some(event) = sample(args.event, &id) else {
        return Err(Failure::usage("there is no sample of this event"));
    };
    let sending = sink.publish(&event);
    let arrived = progress::during(printer, "sending a sample", sending).await;
    told(&event, &arrived, printer);
    Ok(match arrived {
        Ok(()) => Exit::Ok,
        Err(_) => Exit::Upstream,
    })
}
