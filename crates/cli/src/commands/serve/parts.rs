//! What a tenant is served with, made of one reading of the settings. What another reading leaves as it was
//! is taken over as it is: tokens and what is known of the upstream's allowance, remembered answers,
//! breakers, pauses, counts of who was denied.

use std::collections::BTreeSet;
use std::sync::Arc;

use agent_assist_app::access::{AccessService, DenialService};
use agent_assist_app::administration::AdminRecorder;
use agent_assist_app::events::Deliverer;
use agent_assist_app::fetch::FetchOptions;
use agent_assist_app::ids::Ids;
use agent_assist_app::settings::{Imprint, Loaded, Settings, Shown};
use agent_assist_app::streams::StreamService;
use agent_assist_app::wire::{self, Gateway, GenesysSource, SqliteStore, WireError};
use agent_assist_http::{LogLevel, Services};

use crate::tracing_setup;

/// The parts of a tenant.
#[derive(Clone)]
pub(super) struct Parts {
    pub(super) loaded: Loaded,
    pub(super) imprint: Imprint,
    pub(super) store: SqliteStore,
    pub(super) source: Arc<GenesysSource>,
    pub(super) gateway: Gateway,
    pub(super) streams: StreamService,
    pub(super) denials: DenialService,
}

impl Parts {
    /// Of `loaded`, asking `source`, over `store`.
    pub(super) fn new(
        loaded: Loaded,
        source: Arc<GenesysSource>,
        store: SqliteStore,
    ) -> Result<Self, WireError> {
        let settings = &loaded.settings;
        let upstream = wire::with_fallbacks(settings, &source);
        let gateway = wire::gateway(settings, &store, upstream, Vec::new())?;
        Ok(Self {
            streams: wire::streams(settings, &gateway.fetch, options(settings)),
            denials: wire::denials(settings, &store, &gateway.screening),
            gateway,
            imprint: loaded.imprint(),
            source,
            store,
            loaded,
        })
    }

    /// The same of `loaded`, and in what it differs.
    pub(super) fn changed_to(&self, loaded: Loaded) -> Result<(Self, Changed), WireError> {
        let settings = &loaded.settings;
        let imprint = loaded.imprint();
        let changed = Changed(self.imprint.differences(&imprint));
        let source = match changed.asks_otherwise() {
            true => Arc::new(wire::upstream(settings)?),
            false => Arc::clone(&self.source),
        };
        let (gateway, streams) = match changed.answers_otherwise() {
            true => {
                let upstream = wire::with_fallbacks(settings, &source);
                let gateway = wire::gateway(settings, &self.store, upstream, Vec::new())?;
                let streams = wire::streams(settings, &gateway.fetch, options(settings));
                (gateway, streams)
            }
            false => (self.gateway.clone(), self.streams.clone()),
        };
        let denials = match changed.finds_otherwise() {
            true => wire::denials(settings, &self.store, &gateway.screening),
            false => self.denials.clone(),
        };
        let parts = Self {
            source,
            gateway,
            streams,
            denials,
            imprint,
            store: self.store.clone(),
            loaded,
        };
        Ok((parts, changed))
    }

    /// The use cases; `access` knows callers, `admin` records what operators do to the daemon, `shown` are the settings as operators may see them.
    pub(super) fn services(
        &self,
        access: &AccessService,
        admin: &AdminRecorder,
        shown: &[Shown],
    ) -> Result<Services, WireError> {
        let (settings, store) = (&self.loaded.settings, &self.store);
        let screening = &self.gateway.screening;
        Ok(Services {
            tenant: settings.tenant.clone(),
            fetch: self.gateway.fetch.clone(),
            options: options(settings),
            streams: self.streams.clone(),
            platform_sources: settings.serve.knowledge_sources.clone(),
            engage: self.gateway.engage.clone(),
            report: wire::report(settings, store),
            trail: Arc::new(store.clone()),
            reading: wire::reading(settings, store, screening),
            assist: wire::assist(settings, store),
            access: access.clone(),
            denials: self.denials.clone(),
            admin: admin.clone(),
            egress: wire::egress(settings, screening),
            shown: shown.to_vec(),
            log_level: tracing_setup::level().map(LogLevel::new),
            clock: wire::clock(),
            ids: Ids::time_ordered(),
            scanner: screening.scanner().clone(),
        })
    }

    /// What delivers to the sinks, and to the upstream what it is told, if there is anybody.
    pub(super) fn deliverer(&self) -> Result<Option<Deliverer>, WireError> {
        let settings = &self.loaded.settings;
        if settings.analytics.sinks().is_empty() && !settings.tells_upstream() {
            return Ok(None);
        }
        let reporter = wire::reporter_of(settings, &self.source);
        let bell = self.gateway.bell.clone();
        wire::deliverer(settings, &self.store, bell, reporter).map(Some)
    }
}

/// How everybody's requests are answered.
fn options(settings: &Settings) -> FetchOptions {
    FetchOptions {
        timeout: settings.fetch_timeout,
        use_cache: true,
    }
}

/// The settings that have changed, or in whose file something has.
pub(super) struct Changed(pub(super) BTreeSet<String>);

impl Changed {
    fn any(&self, of: impl Fn(&str) -> bool) -> bool {
        self.0.iter().any(|name| of(name))
    }

    /// Whether the upstream is another, or asked in another way.
    fn asks_otherwise(&self) -> bool {
        self.any(|name| name == "dialect" || name.starts_with("upstream."))
    }

    /// Whether answers may be others, or come about in another way. What is not known to be without
    /// consequence has some.
    pub(super) fn answers_otherwise(&self) -> bool {
        let without = ["analytics.", "audit.retain_", "report.", "serve."];
        self.any(|name| !without.iter().any(|prefix| name.starts_with(prefix)))
    }

    /// Whether something else is personal data.
    pub(super) fn finds_otherwise(&self) -> bool {
        self.any(|name| name.starts_with("pii."))
    }

    /// Whether events go elsewhere, or come from elsewhere.
    pub(super) fn delivers_otherwise(&self) -> bool {
        self.answers_otherwise() || self.any(|name| name.starts_with("analytics."))
    }
}
