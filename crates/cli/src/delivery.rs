//! Events that a command made, on their way to the sinks while it runs and before it ends.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::error::Chain;
use agent_assist_app::events::{Bell, Deliverer};
use agent_assist_app::settings::Settings;
use agent_assist_app::wire::{self, GenesysSource, SqliteStore, WireError};
use agent_assist_domain::ports::EngagementReporter;
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
        let Some(deliverer) = &self.0 else {
            return work.await;
        };
        let ending = CancellationToken::new();
        let delivering = tokio::spawn({
            let (deliverer, ending) = (deliverer.clone(), ending.clone());
            async move { deliverer.run(&ending).await }
        });
        let done = work.await;
        ending.cancel();
        // What it does not bring to its end is leased, and comes again.
        let _ = timeout(LINGER, delivering).await;
        done
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
