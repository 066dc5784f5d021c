//! Settings: read from flags, environment, file and defaults, checked all at once, typed.
//!
//! A mistake names the setting, the expected form and where the value came from; the value itself
//! is shown only where it is no secret.

mod analytics;
mod checkpoints;
mod duration;
mod form;
mod imprint;
pub mod keys;
mod layers;
mod paths;
mod pii;
mod secret;
mod serve;
mod template;
mod tenants;
mod typed;

pub use analytics::{AnalyticsSettings, WebhookSettings};
pub use checkpoints::CheckpointSettings;
pub use duration::parse as parse_duration;
pub use imprint::{Imprint, needs_restart};
pub use layers::{Entry, Layers, Origin, SandboxSettings, Sources};
pub use paths::{data_folder, settings_file};
pub use pii::PiiSettings;
pub use secret::{CredentialSettings, Secret};
pub use serve::{ServeSettings, TlsSettings};
pub use template::{OwnContacts, template};

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use agent_assist_domain::breaker::BreakerPolicy;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::freshness::FreshnessPolicy;
use agent_assist_domain::retention::RetentionPolicy;
use agent_assist_domain::screening::ScreeningPolicy;
use agent_assist_domain::session_health::PausePolicy;
use url::Url;

use crate::wire::HttpOptions;

/// Everything the program can be told, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// In whose name records are kept.
    pub tenant: String,
    /// Which API the upstream offers.
    pub dialect: Dialect,
    /// The SQLite file.
    pub store: PathBuf,
    /// Where the upstream is and how it is reached.
    pub upstream: UpstreamSettings,
    /// Longest wait of a person for an answer.
    pub fetch_timeout: Duration,
    /// What may be shown.
    pub policy: ScreeningPolicy,
    /// How long answers may be given out.
    pub freshness: FreshnessPolicy,
    /// When a failing upstream is left alone.
    pub breaker: BreakerPolicy,
    /// When a failing session is left alone.
    pub pause: PausePolicy,
    /// Whom to ask when the upstream fails.
    pub fallback: FallbackSettings,
    /// Record a fetch before the upstream is asked, too.
    pub audit_strict: bool,
    /// Whether a report may count by agent.
    pub report_by_agent: bool,
    /// How long records are kept, and where.
    pub retention: RetentionSettings,
    /// Which key signs the audit log's checkpoints, and where they are sent.
    pub checkpoints: CheckpointSettings,
    /// Keep what was shown in its record, sealed.
    pub keep_text: bool,
    /// What personal data is, and how closely finished bytes are looked at.
    pub pii: PiiSettings,
    /// Who wants to be called back.
    pub analytics: AnalyticsSettings,
    /// How the daemon is reached.
    pub serve: ServeSettings,
}

impl Settings {
    /// Whether the upstream is told what agents do with its suggestions: wanted, and in a dialect that has
    /// words for it.
    pub fn tells_upstream(&self) -> bool {
        self.upstream.report_engagements && self.dialect == Dialect::Suggestions
    }
}

/// Where the upstream is and how it is reached. What is missing is only missed when the upstream
/// is needed: a report needs no credentials.
#[derive(Clone, Debug)]
pub struct UpstreamSettings {
    /// What to call the upstream in cache keys, where its origin does not serve.
    pub name: Option<String>,
    /// API origin.
    pub api_base: Option<Url>,
    /// Login origin.
    pub login_base: Option<Url>,
    /// How we identify ourselves.
    pub credentials: CredentialSettings,
    /// Proxy, certificates, timeouts.
    pub http: HttpOptions,
    /// Send intent confidences.
    pub send_intents: bool,
    /// Tell it of engagements, in a dialect that has words for them.
    pub report_engagements: bool,
    /// Suggestion pages read of one conversation.
    pub max_pages: u32,
    /// Tokens used side by side.
    pub token_pool: u8,
    /// What one token may send.
    pub requests_per_minute: u32,
    /// What all tokens together may send.
    pub app_requests_per_minute: u32,
}

/// How long records are kept, and where those go that leave the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetentionSettings {
    /// How long.
    pub policy: RetentionPolicy,
    /// The folder of archives.
    pub archives: PathBuf,
}

/// Whom to ask when the upstream fails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FallbackSettings {
    /// Knowledge sources to ask for instead; empty for none.
    pub knowledge_sources: Vec<String>,
    /// Knowledge bases to search after that, in this order; empty for none.
    pub knowledge_bases: Vec<String>,
}

/// One mistake in the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The setting.
    pub key: String,
    /// What was expected.
    pub expected: String,
    /// Where the value came from.
    pub origin: String,
}

impl Mistake {
    fn new(key: &str, expected: &str, origin: &str) -> Self {
        Self {
            key: key.to_owned(),
            expected: expected.to_owned(),
            origin: origin.to_owned(),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: expected {} (from {})",
            self.key, self.expected, self.origin
        )
    }
}

/// Everything that is wrong with the settings; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the settings have {} mistake{}", .0.len(), if .0.len() == 1 { "" } else { "s" })]
pub struct Mistakes(pub Vec<Mistake>);

/// Settings, and how they came about.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// The values that won, and who said them.
    pub layers: Layers,
    /// Those of each tenant by name, where there are several; then those above are what all have in common,
    /// and the daemon's own.
    pub tenants: Vec<Self>,
}

/// One line of `config show`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Dotted name.
    pub name: String,
    /// The value; `None` where nothing is set.
    pub value: Option<String>,
    /// Who said it.
    pub origin: String,
}

impl Sources {
    /// Reads, merges and checks everything.
    ///
    /// # Errors
    /// All mistakes, over all sources.
    pub fn load(&self) -> Result<Loaded, Mistakes> {
        let mut mistakes = Vec::new();
        let layers = self.merge(&mut mistakes);
        let settings = typed::build(&layers, &self.environment, &mut mistakes);
        let tenants = settings
            .as_ref()
            .map(|settings| tenants::load(&layers, &settings.store, self, &mut mistakes));
        match (settings, tenants) {
            (Some(settings), Some(tenants)) if mistakes.is_empty() => {
                let loaded = Loaded {
                    settings,
                    layers,
                    tenants,
                };
                loaded.narrowed_to(self.tenant.as_deref())
            }
            _ => Err(Mistakes(mistakes)),
        }
    }
}

impl Loaded {
    /// Those of the tenant of this name alone, if one is named.
    fn narrowed_to(self, tenant: Option<&str>) -> Result<Self, Mistakes> {
        let Some(name) = tenant else {
            return Ok(self);
        };
        if self.tenants.is_empty() && self.settings.tenant == name {
            return Ok(self);
        }
        let known: Vec<&str> = match self.tenants.is_empty() {
            true => vec![&self.settings.tenant],
            false => self
                .tenants
                .iter()
                .map(|one| &*one.settings.tenant)
                .collect(),
        };
        let expected = format!("one of the tenants: {}", known.join(", "));
        let mut named = self
            .tenants
            .iter()
            .filter(|one| one.settings.tenant == name);
        named.next().cloned().ok_or_else(|| {
            Mistakes(vec![Mistake::new(
                "tenant",
                &expected,
                &format!("--tenant {name}"),
            )])
        })
    }

    /// Those of everybody who is served: of each tenant, or these where there is only one.
    pub fn each(&self) -> &[Self] {
        match self.tenants.is_empty() {
            true => std::slice::from_ref(self),
            false => &self.tenants,
        }
    }

    /// Every setting with its value and origin, secrets hidden, in the table's order.
    pub fn show(&self) -> Vec<Shown> {
        let mut lines = Vec::new();
        for key in keys::KEYS {
            let is_of_key =
                |name: &&str| keys::find(name).is_some_and(|found| found.name == key.name);
            let names = self.layers.entries.keys().map(String::as_str);
            let mut names: Vec<&str> = names.filter(is_of_key).collect();
            if names.is_empty() {
                names.push(key.name);
            }
            lines.extend(names.into_iter().map(|name| self.line(name, key.secret)));
        }
        lines
    }

    fn line(&self, name: &str, secret: bool) -> Shown {
        let name = name.to_owned();
        match self.layers.entries.get(&name) {
            Some(entry) => Shown {
                value: Some(if secret {
                    HIDDEN.to_owned()
                } else {
                    without_password(&entry.text)
                }),
                origin: entry.origin.to_string(),
                name,
            },
            // The defaults that depend on the machine.
            None if name == "store" || name == "audit.archives" => {
                let path = match &*name {
                    "store" => &self.settings.store,
                    _ => &self.settings.retention.archives,
                };
                Shown {
                    value: Some(path.display().to_string()),
                    origin: Origin::Default.to_string(),
                    name,
                }
            }
            None => Shown {
                name,
                value: None,
                origin: "not set".to_owned(),
            },
        }
    }
}

/// Whether what is sent to `base` can be read on the way: no TLS, and not on this machine alone.
pub fn is_exposed(base: &Url) -> bool {
    let loopback = match base.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    base.scheme() != "https" && !loopback
}

/// What stands for a secret.
const HIDDEN: &str = "(hidden)";

/// A proxy's URL may carry user and password.
fn without_password(text: &str) -> String {
    match Url::parse(text) {
        Ok(url) if url.password().is_some() || !url.username().is_empty() => text
            .rsplit_once('@')
            .map_or(HIDDEN.to_owned(), |(_, rest)| format!("{HIDDEN}@{rest}")),
        _ => text.to_owned(),
    }
}
