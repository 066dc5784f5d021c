//! What handlers share.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::access::{AccessService, Caller, DenialService, Denied};
use agent_assist_app::administration::AdminRecorder;
use agent_assist_app::assist::AssistService;
use agent_assist_app::egress::EgressCheck;
use agent_assist_app::engage::EngageService;
use agent_assist_app::error::Chain;
use agent_assist_app::fetch::{FetchOptions, FetchService};
use agent_assist_app::ids::Ids;
use agent_assist_app::reading::ReadingService;
use agent_assist_app::report::ReportService;
use agent_assist_app::settings::{ServeSettings, Shown};
use agent_assist_app::streams::StreamService;
use agent_assist_domain::access::{Denial, Target};
use agent_assist_domain::audit::{Actor, AdminAct};
use agent_assist_domain::pii::Scanner;
use agent_assist_domain::ports::{AuditTrail, Clock, StoreError, StoreErrorKind};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::auth::Seats;
use crate::problem::{Kind, Problem};
use crate::reload::Reloads;
use crate::request_id::{RequestId, RequestIds, UnderWay};

/// Sets how much is logged, until it is set anew.
#[derive(Clone)]
pub struct LogLevel(Arc<dyn Fn(Level) + Send + Sync>);

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// What failed.
    Error,
    /// And what somebody should look at.
    Warn,
    /// And what happens.
    Info,
    /// And how.
    Debug,
    /// All of it.
    Trace,
}

impl Level {
    /// Every level, the quietest first.
    pub const ALL: [Self; 5] = [
        Self::Error,
        Self::Warn,
        Self::Info,
        Self::Debug,
        Self::Trace,
    ];

    /// The name used in orders and filters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

impl LogLevel {
    /// As `set` does it.
    pub fn new(set: impl Fn(Level) + Send + Sync + 'static) -> Self {
        Self(Arc::new(set))
    }

    pub(crate) fn set(&self, level: Level) {
        (self.0)(level);
    }
}

impl std::fmt::Debug for LogLevel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LogLevel(..)")
    }
}

/// The use cases that the daemon serves.
#[derive(Debug)]
pub struct Services {
    /// Whose requests these are.
    pub tenant: String,
    /// Fetches recommendations.
    pub fetch: FetchService,
    /// How.
    pub options: FetchOptions,
    /// Tells conversations as they go.
    pub streams: StreamService,
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
    /// Puts on record who was denied.
    pub denials: DenialService,
    /// Puts on record what admins do to the daemon.
    pub admin: AdminRecorder,
    /// The last look at records that leave.
    pub egress: EgressCheck,
    /// The settings, as operators may see them.
    pub shown: Vec<Shown>,
    /// Sets how much is logged; `None` where nobody logs.
    pub log_level: Option<LogLevel>,
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
    lasting: Arc<Lasting>,
}

/// What stays the same when other services take the place of these.
#[derive(Debug)]
struct Lasting {
    seats: Seats,
    heartbeat: Duration,
    ending: CancellationToken,
    closing: CancellationToken,
    /// By order of an operator, who may take it back.
    drained: watch::Sender<bool>,
    broken: CancellationToken,
    metrics: Option<Metrics>,
    under_way: UnderWay,
    reloads: Reloads,
}

struct Metrics(PrometheusHandle);

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics(..)")
    }
}

impl Shared {
    /// Over these services, bounded as `settings` say; `metrics` gives what is measured, where somebody
    /// measures.
    pub(crate) fn new(
        services: Services,
        settings: &ServeSettings,
        metrics: Option<PrometheusHandle>,
    ) -> Self {
        let (most, of_key) = (settings.max_streams(), settings.max_streams_per_key);
        let lasting = Lasting {
            seats: Seats::new(most as usize, of_key as usize),
            heartbeat: settings.stream_heartbeat,
            ending: CancellationToken::new(),
            closing: CancellationToken::new(),
            drained: watch::Sender::new(false),
            broken: CancellationToken::new(),
            metrics: metrics.map(Metrics),
            under_way: UnderWay::default(),
            reloads: Reloads::new(services.clock.now()),
        };
        Self(Arc::new(Inner {
            services,
            lasting: Arc::new(lasting),
        }))
    }

    /// The same daemon over other services.
    pub(crate) fn succeeded_by(&self, services: Services) -> Self {
        let lasting = Arc::clone(&self.0.lasting);
        Self(Arc::new(Inner { services, lasting }))
    }

    /// The use cases.
    pub fn services(&self) -> &Services {
        &self.0.services
    }

    /// What is measured, as Prometheus reads it.
    pub(crate) fn metrics(&self) -> Option<String> {
        let metrics = self.0.lasting.metrics.as_ref()?;
        metrics.0.run_upkeep();
        Some(metrics.0.render())
    }

    /// What measures, where somebody does.
    pub(crate) fn metrics_handle(&self) -> Option<PrometheusHandle> {
        self.0
            .lasting
            .metrics
            .as_ref()
            .map(|metrics| metrics.0.clone())
    }

    /// What hands out identifiers of requests.
    pub(crate) fn request_ids(&self) -> RequestIds {
        let services = self.services();
        let under_way = Arc::clone(&self.0.lasting.under_way);
        RequestIds::new(services.ids.clone(), services.scanner.clone(), under_way)
    }

    /// What is known of readings of the settings.
    pub(crate) fn reloads(&self) -> &Reloads {
        &self.0.lasting.reloads
    }

    /// Places for streams.
    pub(crate) fn seats(&self) -> &Seats {
        &self.0.lasting.seats
    }

    /// How long a stream may be silent.
    pub(crate) fn heartbeat(&self) -> Duration {
        self.0.lasting.heartbeat
    }

    /// Cancelled once the daemon is to end. It takes requests until it is closing.
    pub fn ending(&self) -> &CancellationToken {
        &self.0.lasting.ending
    }

    /// Cancelled once it takes no new request.
    pub(crate) fn closing(&self) -> &CancellationToken {
        &self.0.lasting.closing
    }

    /// Says, or takes back, that the daemon should not be asked any more.
    pub(crate) fn drain(&self, drained: bool) {
        self.0.lasting.drained.send_replace(drained);
    }

    /// Tells of each time that this is said or taken back from now on.
    pub(crate) fn drained(&self) -> watch::Receiver<bool> {
        self.0.lasting.drained.subscribe()
    }

    /// Whether it should not be asked any more.
    pub(crate) fn is_draining(&self) -> bool {
        self.ending().is_cancelled() || *self.0.lasting.drained.borrow()
    }

    /// Cancelled once the store is known to take nothing any more, and the process should end.
    pub fn broken(&self) -> &CancellationToken {
        &self.0.lasting.broken
    }

    /// Takes note of what the store said.
    pub fn note(&self, error: &StoreError) {
        if error.kind() == StoreErrorKind::Poisoned {
            self.0.lasting.broken.cancel();
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
        asking: &Asking,
        denial: Denial,
        conversation_id: Option<&str>,
    ) -> Problem {
        let denials = &self.services().denials;
        self.deny_by(denials, asking, denial, conversation_id).await
    }

    /// The same on record of somebody else.
    pub(crate) async fn deny_by(
        &self,
        denials: &DenialService,
        asking: &Asking,
        denial: Denial,
        conversation_id: Option<&str>,
    ) -> Problem {
        let denied = Denied {
            request_id: asking.request_id.as_str(),
            caller: &asking.caller,
            denial,
            route: asking.route.as_deref(),
            conversation_id,
        };
        // Denied it is in any case.
        if let Err(error) = denials.record(denied).await {
            tracing::error!(error = %Chain(&error), "a denial is not on record");
            self.note(&error);
        }
        let detail = match denial {
            Denial::Role => "its role does not allow this; ask with another key",
            Denial::Tenant => "it is for another tenant",
            Denial::Queue => "it is for certain queues; name one of them in queue_id",
            Denial::Conversation => "it is for another conversation",
        };
        Problem::new(Kind::Denied, detail)
    }

    /// Puts on record that the caller, an admin, is about to do this to the daemon.
    ///
    /// # Errors
    /// The problem, if there can be no record; then it must not be done.
    pub(crate) async fn administer(&self, asking: &Asking, act: AdminAct) -> Result<(), Problem> {
        let by = Actor::of_key(&asking.caller.key_id);
        let admin = &self.services().admin;
        let recorded = admin.record(act, &by, Some(asking.request_id.as_str()));
        match recorded.await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.store_failed(&error)),
        }
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
