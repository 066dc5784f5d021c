//! Events that a command made, on their way to the sinks while it runs and before it ends.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::error::Chain;
use agent_assist_app::events::{Bell, Deliverer};
use agent_assist_app::settings::Settings;
use agent_assist_app::wire::{self, GenesysSource, SqliteStore, WireError};
use agent_assist_domain::ports::EngagementReporter;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::output::Printer;
use crate::render;

/// How long the program stays for events, once all else is done.
const LINGER: Duration = Duration::from_secs(2);

/// Deliveries of one command.
pub(crate) struct Delivery(Option<Deliverer>);

impl Delivery {
    /// To the sinks of `settings`, and to the upstream where it is told of engagements: by `source`, or
    /// by one of its own. What cannot be used is said and costs nobody an answer: its events wait.
    pub(crate) fn new(
        settings: &Settings,
        store: &SqliteStore,
        bell: Bell,
        source: Option<&GenesysSource>,
        printer: &Printer,
    ) -> Self {
        if settings.analytics.sinks().is_empty() && !settings.tells_upstream() {
            return Self(None);
        }
        let reporter = reporter(settings, source, printer);
        match wire::deliverer(settings, store, bell, reporter) {
            Ok(deliverer) => Self(Some(deliverer)),
            Err(error) => {
                printer.note(&format!("warning: events have to wait: {}", Chain(&error)));
                Self(None)
            }
        }
    }

    /// Delivers while `work` goes on.
    pub(crate) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let delivering = Self(self.0.clone()).start();
        let done = work.await;
        delivering.stop().await;
        done
    }

    /// By `deliverer`, or of nothing.
    pub(crate) fn by(deliverer: Option<Deliverer>) -> Self {
        Self(deliverer)
    }

    /// Delivers until it is [stopped](Delivering::stop).
    pub(crate) fn start(self) -> Delivering {
        let ending = CancellationToken::new();
        let task = self.0.clone().map(|deliverer| {
            let ending = ending.clone();
            tokio::spawn(async move { deliverer.run(&ending).await })
        });
        Delivering {
            delivery: self,
            ending,
            task,
        }
    }

    /// Delivers what is due, for a short while.
    pub(crate) async fn finish(&self, printer: &Printer) {
        let Some(deliverer) = &self.0 else { return };
        match deliverer.drain(Instant::now() + LINGER).await {
            Ok(delivered) => {
                if let Some(told) = render::troubled(&delivered) {
                    printer.note(&told);
                }
            }
            Err(error) => {
                printer.note(&format!("warning: events have to wait: {}", Chain(&error)));
            }
        }
    }
}

/// Deliveries under way.
pub(crate) struct Delivering {
    delivery: Delivery,
    ending: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl Delivering {
    /// Delivers no more.
    pub(crate) async fn stop(self) -> Delivery {
        self.ending.cancel();
        if let Some(task) = self.task {
            // What it does not bring to its end is leased, and comes again.
            let _ = timeout(LINGER, task).await;
        }
        self.delivery
    }
}

/// Who is told of engagements, if that is wanted and can be done.
pub(crate) fn reporter(
    settings: &Settings,
    source: Option<&GenesysSource>,
    printer: &Printer,
) -> Option<Arc<dyn EngagementReporter>> {
    let reporter = match source {
        Some(source) => Ok::<_, WireError>(wire::reporter_of(settings, source)),
        None => wire::reporter(settings),
    };
    reporter.unwrap_or_else(|error| {
        printer.note(&format!(
            "warning: the upstream cannot be told of engagements: {}",
            Chain(&error)
        ));
        None
    })
}
