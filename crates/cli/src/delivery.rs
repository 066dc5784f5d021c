//! Events that a command made, on their way to the sinks while it runs and before it ends.

use std::time::Duration;

use agent_assist_app::error::Chain;
use agent_assist_app::events::{Bell, Deliverer};
use agent_assist_app::settings::Settings;
use agent_assist_app::wire::{self, SqliteStore};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::output::Printer;
use crate::render;

/// How long the program stays for events, once all else is done.
const LINGER: Duration = Duration::from_secs(2);

/// Deliveries of one command.
pub(crate) struct Delivery(Option<Deliverer>);

impl Delivery {
    /// To the sinks of `settings`. A sink that cannot be used is said and costs nobody an answer: its
    /// events wait.
    pub(crate) fn new(
        settings: &Settings,
        store: &SqliteStore,
        bell: Bell,
        printer: &Printer,
    ) -> Self {
        if settings.analytics.sinks().is_empty() {
            return Self(None);
        }
        match wire::deliverer(settings, store, bell) {
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
