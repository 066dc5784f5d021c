//! What handlers share.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::access::{AccessService, Caller};
use agent_assist_app::assist::AssistService;
use agent_assist_app::engage::EngageService;
use agent_assist_app::error::Chain;
use agent_assist_app::fetch::{FetchOptions, FetchService};
use agent_assist_app::ids::Ids;
use agent_assist_app::reading::ReadingService;
use agent_assist_app::report::ReportService;
use agent_assist_domain::access::{Denial, Target};
use agent_assist_domain::pii::Scanner;
use agent_assist_domain::ports::{AuditTrail, Clock, StoreError, StoreErrorKind};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;

use crate::problem::{Kind, Problem};
use crate::request_id::RequestId;

/// The use cases that the daemon serves.
#[derive(Debug)]
pub struct Services {
    /// Whose requests these are.
    pub tenant: String,
    /// Fetches recommendations.
    pub fetch: FetchService,
    /// How.
    pub options: FetchOptions,
    /// Knowledge sources for those who ask in the platform's own way, which names none.
    pub platform_sources: Vec<String>,
    /// Records what became of them.
    pub engage: EngageService,
    /// Reports.
    pub report: ReportService,
    /// Gives audit records back.
    pub trail: Arc<dyn AuditTrail>,
    /// Records that they were read.
    pub reading: ReadingService,
    /// Switches assist off and on.
    pub assist: AssistService,
    /// Says who asks.
    pub access: AccessService,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Identifiers of requests.
    pub ids: Ids,
    /// What looks like personal data in identifiers of callers'.
    pub scanner: Scanner,
}

/// What handlers share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Shared(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    services: Services,
    draining: CancellationToken,
    broken: CancellationToken,
    metrics: Option<Metrics>,
}

struct Metrics(PrometheusHandle);

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics(..)")
    }
}

impl Shared {
    /// Over these services; `metrics` gives what is measured, where somebody measures.
    pub(crate) fn new(services: Services, metrics: Option<PrometheusHandle>) -> Self {
        Self(Arc::new(Inner {
            services,
            draining: CancellationToken::new(),
            broken: CancellationToken::new(),
            metrics: metrics.map(Metrics),
        }))
    }

    /// The use cases.
    pub fn services(&self) -> &Services {
        &self.0.services
    }

    /// What is measured, as Prometheus reads it.
    pub(crate) fn metrics(&self) -> Option<String> {
        let metrics = self.0.metrics.as_ref()?;
        metrics.0.run_upkeep();
        Some(metrics.0.render())
    }

    /// What measures, where somebody does.
    pub(crate) fn metrics_handle(&self) -> Option<PrometheusHandle> {
        self.0.metrics.as_ref().map(|metrics| metrics.0.clone())
    }

    /// Cancelled once the daemon takes on nothing new.
    pub fn draining(&self) -> &CancellationToken {
        &self.0.draining
    }

    /// Cancelled once the store is known to take nothing any more, and the process should end.
    pub fn broken(&self) -> &CancellationToken {
        &self.0.broken
    }

    /// Takes note of what the store said.
    pub fn note(&self, error: &StoreError) {
        if error.kind() == StoreErrorKind::Poisoned {
            self.0.broken.cancel();
        }
    }
}

/// A request whose caller is known.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Who asks.
    pub caller: Caller,
    /// The request's identifier.
    pub request_id: RequestId,
    /// The route, as the document names it.
    pub route: Option<String>,
}

impl Shared {
    /// Whether the caller may do something to `target` of this daemon's tenant.
    ///
    /// # Errors
    /// The problem, if a limit says no; that is on record then.
    pub async fn permit(&self, asking: &Asking, target: Target<'_>) -> Result<(), Problem> {
        let target = Target {
            tenant: &self.services().tenant,
            ..target
        };
        match asking.caller.limits.allow(target) {
            Ok(()) => Ok(()),
            Err(denial) => Err(self.deny(asking, denial, target.conversation_id).await),
        }
    }

    /// Puts on record that the caller may not, and says what it is told.
    pub async fn deny(
        &self,
        _asking: &Asking,
        denial: Denial,
        _conversation_id: Option<&str>,
    ) -> Problem {
        let detail = match denial {
            Denial::Role => "its role does not allow this; ask with another key",
            Denial::Tenant => "it is for another tenant",
            Denial::Queue => "it is for certain queues; name one of them in queue_id",
            Denial::Conversation => "it is for another conversation",
        };
        Problem::new(Kind::Denied, detail)
    }

    /// What is told where the store fails.
    pub fn store_failed(&self, error: &StoreError) -> Problem {
        tracing::error!(error = %Chain(error), "the store failed");
        self.note(error);
        match error.kind() {
            StoreErrorKind::Unavailable => {
                Problem::new(Kind::StoreUnavailable, "the store is busy; try again")
                    .retry_after(STORE_WAIT)
            }
            _ => Problem::new(Kind::StoreUnavailable, "an operator must act"),
        }
    }
}

/// How long to wait where the store is busy.
const STORE_WAIT: Duration = Duration::from_secs(1);
