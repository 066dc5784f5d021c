//! The sinks of events, and what looks after them.

use std::sync::Arc;

use agent_assist_domain::ports::{AnalyticsSink, EngagementReporter};
use agent_assist_genesys::{GenesysSource, tls_config};
use agent_assist_sqlite::SqliteStore;
use agent_assist_webhook::{Secrets, WebhookSink};
use secrecy::SecretString;
use url::Url;

use super::{WireError, clock, egress, screening, secret_unreadable, upstream};
use crate::events::{
    Bell, Deliverer, EventParts, EventService, EventSink, Follow, Types, Upstream,
};
use crate::settings::{AnalyticsSettings, Settings, WebhookSettings};
use crate::sink::FileSink;

/// Tells the upstream behind `source` what agents do with its suggestions, if `settings` want that and
/// their dialect has words for it.
pub fn reporter_of(
    settings: &Settings,
    source: &GenesysSource,
) -> Option<Arc<dyn EngagementReporter>> {
    let reporter = source.reporter().filter(|_| settings.tells_upstream())?;
    Some(Arc::new(reporter))
}

/// The same for those who have no source yet.
///
/// # Errors
/// If it is wanted, and a setting is missing or the HTTP client cannot be built.
pub fn reporter(settings: &Settings) -> Result<Option<Arc<dyn EngagementReporter>>, WireError> {
    if !settings.tells_upstream() {
        return Ok(None);
    }
    Ok(reporter_of(settings, &upstream(settings)?))
}

/// Delivers events to the sinks of `settings`, and what there is to tell by `reporter`, at once when
/// `bell` rings.
///
/// # Errors
/// If a secret, a webhook or the policy cannot be used.
pub fn deliverer(
    settings: &Settings,
    store: &SqliteStore,
    bell: Bell,
    reporter: Option<Arc<dyn EngagementReporter>>,
) -> Result<Deliverer, WireError> {
    let store = Arc::new(store.clone());
    let upstream = reporter.map(|reporter| Upstream {
        reporter,
        ledger: store.clone(),
    });
    let parts = EventParts {
        tenant: settings.tenant.clone(),
        trail: store.clone(),
        audit: store.clone(),
        outbox: store,
        sinks: event_sinks(settings)?,
        upstream,
        clock: clock(),
        egress: egress(settings, &screening(settings)?),
        bell,
    };
    Ok(Deliverer::new(parts, fastrand::f64))
}

/// The sink of this name, if `settings` have one.
///
/// # Errors
/// If its secret or its URL cannot be used.
pub fn sink(settings: &Settings, name: &str) -> Result<Option<Arc<dyn AnalyticsSink>>, WireError> {
    let sinks = event_sinks(settings)?;
    let named = sinks.into_iter().find(|sink| sink.name == name);
    Ok(named.map(|sink| sink.sink))
}

fn event_sinks(settings: &Settings) -> Result<Vec<EventSink>, WireError> {
    let AnalyticsSettings { file, webhooks } = &settings.analytics;
    let mut sinks = Vec::new();
    sinks.extend(file.clone().map(|path| EventSink {
        name: AnalyticsSettings::FILE.to_owned(),
        types: Types::ALL,
        sink: Arc::new(FileSink::new(path)),
    }));
    for webhook in webhooks {
        sinks.push(EventSink {
            name: webhook.sink(),
            types: webhook.types.clone(),
            sink: Arc::new(webhook_of(settings, webhook)?),
        });
    }
    Ok(sinks)
}

fn webhook_of(settings: &Settings, webhook: &WebhookSettings) -> Result<WebhookSink, WireError> {
    let setting = |name: &str| format!("analytics.webhooks.{}.{name}", webhook.name);
    let secret = webhook.secret.read();
    let secret = secret.map_err(|cause| secret_unreadable(setting("secret_file"), cause))?;
    let secret = (secret, setting("secret_file"));
    let url = (webhook.url.clone(), setting("url"));
    webhook_sink(settings, url, &secret, webhook.allow_private)
}

/// The sink of a receiver that is being developed, wherever it is; URL and secret come from arguments.
///
/// # Errors
/// If the secret or the URL cannot be used.
pub fn webhook_to(
    settings: &Settings,
    url: Url,
    secret: &SecretString,
) -> Result<WebhookSink, WireError> {
    let secret = (secret.clone(), "--secret-file".to_owned());
    webhook_sink(settings, (url, "--forward-to".to_owned()), &secret, true)
}

fn webhook_sink(
    settings: &Settings,
    (url, setting): (Url, String),
    (secret, secret_setting): &(SecretString, String),
    allow_private: bool,
) -> Result<WebhookSink, WireError> {
    let secrets = Secrets::parse(secret).map_err(|cause| WireError::WebhookSecret {
        setting: secret_setting.clone(),
        cause,
    })?;
    let tls = tls_config(settings.upstream.http.extra_ca_file.as_deref());
    let tls = tls.map_err(WireError::Transport)?;
    WebhookSink::new(url, secrets, allow_private, tls, clock())
        .map_err(|cause| WireError::Webhook { setting, cause })
}

/// Looks after the sinks of `settings`.
pub fn events(settings: &Settings, store: &SqliteStore) -> EventService {
    let store = Arc::new(store.clone());
    EventService::new(
        settings.tenant.clone(),
        store.clone(),
        store,
        clock(),
        settings.analytics.sinks(),
        settings.tells_upstream(),
    )
}

/// Follows the log in `store`, for a tenant's events of `types`, behind the record `since` or from the
/// end on.
///
/// # Errors
/// If the log cannot be read or the policy not be put into effect.
pub async fn follow(
    settings: &Settings,
    store: &SqliteStore,
    types: Types,
    since: Option<u64>,
) -> Result<Follow, WireError> {
    let egress = egress(settings, &screening(settings)?);
    let trail = Arc::new(store.clone());
    Follow::new(trail, egress, settings.tenant.clone(), types, since)
        .await
        .map_err(WireError::Store)
}
