//! From the texts that won to typed settings. Every mistake is noted and the reading goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use agent_assist_domain::breaker::BreakerPolicy;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::freshness::FreshnessPolicy;
use agent_assist_domain::payload::MAX_IDENTIFIER_CHARS;
use agent_assist_domain::recommendation::Kind;
use agent_assist_domain::retention::RetentionPolicy;
use agent_assist_domain::screening::{ScreeningPolicy, UnscoredPolicy};
use agent_assist_domain::session_health::PausePolicy;
use secrecy::SecretString;
use url::Url;

use super::keys::{self, Form};
use super::layers::Layers;
use super::secret::{CredentialSettings, Secret};
use super::{
    FallbackSettings, Mistake, RetentionSettings, Settings, UpstreamSettings, duration, paths,
};
use crate::wire::{HttpOptions, region};

pub(super) fn build(
    layers: &Layers,
    environment: &BTreeMap<String, String>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Settings> {
    let mut read = Reader { layers, mistakes };
    let dialect = read.parsed("dialect", |text| text.parse::<Dialect>().ok());
    let tenant = read.parsed("tenant", name);
    let store = read.text("store").map(PathBuf::from).or_else(|| {
        let store = paths::data_folder(environment).map(|folder| folder.join("agent-assist.db"));
        if store.is_none() {
            read.note(
                "store",
                "a path, since no home folder is known",
                "--store or AGENT_ASSIST_STORE",
            );
        }
        store
    });
    let upstream = read.upstream();
    let fetch_timeout = read.span("fetch.timeout");
    let freshness = read.freshness();
    let breaker = read.breaker();
    let pause = read.pause();
    let fallback = read.fallback(dialect);
    let audit_strict = read.switch("audit.strict");
    let report_by_agent = read.switch("report.by_agent");
    let retention = read.retention(store.as_deref());
    let checkpoints = read.checkpoints();
    let keep_text = read.switch("audit.keep_text");
    let policy = read.policy(dialect);
    let pii = read.pii();
    let analytics = read.analytics();
    let serve = read.serve();
    Some(Settings {
        tenant: tenant?,
        dialect: dialect?,
        store: store?,
        upstream: upstream?,
        fetch_timeout: fetch_timeout?,
        policy: policy?,
        freshness: freshness?,
        breaker: breaker?,
        pause: pause?,
        fallback: fallback?,
        audit_strict: audit_strict?,
        report_by_agent: report_by_agent?,
        retention: retention?,
        checkpoints,
        keep_text: keep_text?,
        pii: pii?,
        analytics: analytics?,
        serve: serve?,
    })
}

/// Knowledge sources named at most, as in a request.
const MAX_KNOWLEDGE_SOURCES: usize = 100;

/// Reads one setting after the other.
pub(super) struct Reader<'a> {
    layers: &'a Layers,
    mistakes: &'a mut Vec<Mistake>,
}

impl Reader<'_> {
    pub(super) fn note(&mut self, key: &str, expected: &str, origin: &str) {
        self.mistakes.push(Mistake::new(key, expected, origin));
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.layers
            .entries
            .get(name)
            .map(|entry| entry.text.clone())
    }

    /// The value read by `parse`, or a mistake if it cannot be read.
    pub(super) fn parsed<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let entry = self.layers.entries.get(name)?;
        let value = parse(entry.text.trim());
        if value.is_none() {
            let key = keys::find(name);
            let expected = key.map_or("another value", |key| key.form.expected());
            let found = match key {
                // A URL may carry a password, also where none belongs.
                Some(key)
                    if !key.secret
                        && !matches!(key.form, Form::Url | Form::PathOrStdin | Form::Receiver) =>
                {
                    format!("{expected}, found {:?}", entry.text)
                }
                _ => expected.to_owned(),
            };
            let origin = entry.origin.to_string();
            self.note(name, &found, &origin);
        }
        value
    }

    pub(super) fn duration(&mut self, name: &str) -> Option<Duration> {
        self.parsed(name, duration::parse)
    }

    pub(super) fn switch(&mut self, name: &str) -> Option<bool> {
        self.parsed(name, |text| text.parse().ok())
    }

    /// A whole number from 1 to `most`.
    pub(super) fn whole(&mut self, name: &str, most: u32) -> Option<u32> {
        self.parsed(name, |text| {
            text.parse()
                .ok()
                .filter(|number| (1..=most).contains(number))
        })
    }

    fn freshness(&mut self) -> Option<FreshnessPolicy> {
        let ttl = self.duration("cache.ttl");
        let negative_ttl = self.duration("cache.negative_ttl");
        let stale_while_revalidate = self.duration("cache.stale_while_revalidate");
        let stale_if_error = self.duration("cache.stale_if_error");
        Some(FreshnessPolicy {
            ttl: ttl?,
            negative_ttl: negative_ttl?,
            stale_while_revalidate: stale_while_revalidate?,
            stale_if_error: stale_if_error?,
        })
    }

    fn breaker(&mut self) -> Option<BreakerPolicy> {
        let consecutive_failures = self.whole("breaker.failures", 100);
        let failure_rate = self.parsed("breaker.failure_rate", |text| {
            fraction(text).filter(|share| *share > 0.0)
        });
        let open = self.span("breaker.open");
        Some(BreakerPolicy {
            consecutive_failures: consecutive_failures?,
            failure_rate: failure_rate?,
            open: open?,
            ..BreakerPolicy::default()
        })
    }

    fn pause(&mut self) -> Option<PausePolicy> {
        let failures = self.whole("pause.failures", 100);
        let within = self.span("pause.within");
        let pause = self.span("pause.length");
        Some(PausePolicy {
            failures: failures?,
            within: within?,
            pause: pause?,
        })
    }

    fn retention(&mut self, store: Option<&Path>) -> Option<RetentionSettings> {
        let online = self.parsed("audit.retain_online", duration::parse_age);
        let archived = self.parsed("audit.retain_archived", duration::parse_age);
        let policy = RetentionPolicy {
            online: online?,
            archived: archived?,
        };
        if policy.archived < policy.online {
            let name = "audit.retain_archived";
            let origin = self.origin(name);
            self.note(name, "no less than audit.retain_online", &origin);
        }
        let given = self.text("audit.archives").map(PathBuf::from);
        let beside = || {
            let mut path = store?.as_os_str().to_owned();
            path.push(".archives");
            Some(PathBuf::from(path))
        };
        Some(RetentionSettings {
            policy,
            archives: given.or_else(beside)?,
        })
    }

    fn fallback(&mut self, dialect: Option<Dialect>) -> Option<FallbackSettings> {
        let sources = "fallback.knowledge_sources";
        let knowledge_sources = self.names(sources);
        let knowledge_bases = self.names("fallback.knowledge_bases");
        // A conversation's suggestions cannot be asked for by source: the same call would fail again.
        if dialect == Some(Dialect::Suggestions) && self.layers.entries.contains_key(sources) {
            let expected = "nothing in the suggestions dialect, which is not asked by source; \
                            fallback.knowledge_bases are searched";
            let origin = self.origin(sources);
            self.note(sources, expected, &origin);
        }
        Some(FallbackSettings {
            knowledge_sources: knowledge_sources?,
            knowledge_bases: knowledge_bases?,
        })
    }

    /// A list that is empty unless somebody says otherwise.
    pub(super) fn names(&mut self, name: &str) -> Option<Vec<String>> {
        match self.layers.entries.contains_key(name) {
            true => self.parsed(name, names),
            false => Some(Vec::new()),
        }
    }

    /// A duration above zero.
    pub(super) fn span(&mut self, name: &str) -> Option<Duration> {
        self.parsed(name, |text| {
            duration::parse(text).filter(|span| !span.is_zero())
        })
    }

    /// The names of settings that begin so and are set.
    pub(super) fn names_below(&self, prefix: &str) -> Vec<String> {
        let names = self.layers.entries.keys();
        names
            .filter(|name| name.starts_with(prefix))
            .cloned()
            .collect()
    }

    pub(super) fn origin(&self, name: &str) -> String {
        let entry = self.layers.entries.get(name);
        entry.map_or_else(String::new, |entry| entry.origin.to_string())
    }

    pub(super) fn url(&mut self, name: &str) -> Option<Url> {
        self.parsed(name, |text| {
            Url::parse(text).ok().filter(|url| {
                matches!(url.scheme(), "http" | "https")
                    && url.has_host()
                    && url.username().is_empty()
                    && url.password().is_none()
                    && url.query().is_none()
            })
        })
    }

    fn upstream(&mut self) -> Option<UpstreamSettings> {
        let region = self.parsed("upstream.region", |name| region::find(name).ok());
        let given_api = self.url("upstream.api_base");
        let given_login = self.url("upstream.login_base");
        let api_base = given_api
            .clone()
            .or_else(|| region.map(region::Region::api_base));
        // A gateway or sandbox serves both; only the vendor's own regions keep login apart.
        let login_base = given_login
            .or(given_api)
            .or_else(|| region.map(region::Region::login_base));
        let credentials = self.credentials();
        let http = HttpOptions {
            proxy: self.proxy(),
            extra_ca_file: self.text("upstream.extra_ca_file").map(PathBuf::from),
            connect_timeout: self.duration("upstream.connect_timeout")?,
        };
        let send_intents = self.switch("upstream.send_intents");
        let report_engagements = self.switch("upstream.report_engagements");
        let max_pages = self.whole("upstream.max_pages", 100);
        let token_pool = self.whole("upstream.token_pool", 10);
        let requests_per_minute = self.whole("upstream.requests_per_minute", 100_000);
        let app_requests_per_minute = self.whole("upstream.app_requests_per_minute", 100_000);
        Some(UpstreamSettings {
            name: self.parsed("upstream.name", name),
            api_base,
            login_base,
            credentials,
            http,
            send_intents: send_intents?,
            report_engagements: report_engagements?,
            max_pages: max_pages?,
            token_pool: token_pool? as u8,
            requests_per_minute: requests_per_minute?,
            app_requests_per_minute: app_requests_per_minute?,
        })
    }

    /// Unlike the other URLs a proxy may carry user and password.
    fn proxy(&mut self) -> Option<Url> {
        self.parsed("upstream.proxy", |text| {
            Url::parse(text).ok().filter(Url::has_host)
        })
    }

    fn credentials(&self) -> CredentialSettings {
        CredentialSettings {
            access_token: self.secret("upstream.access_token"),
            client_id: self.text("upstream.client_id"),
            client_secret: self.secret("upstream.client_secret"),
        }
    }

    /// Where the secret is: in the environment, else in the file that `{name}_file` names.
    fn secret(&self, name: &str) -> Option<Secret> {
        if let Some(text) = self.text(name) {
            return Some(Secret::Given(SecretString::from(text.trim().to_owned())));
        }
        self.text(&format!("{name}_file"))
            .map(|path| match path.as_str() {
                "-" => Secret::StandardInput,
                path => Secret::File(PathBuf::from(path)),
            })
    }

    fn policy(&mut self, dialect: Option<Dialect>) -> Option<ScreeningPolicy> {
        // Read on without a dialect: its mistake is noted, others should be, too.
        let mut policy = ScreeningPolicy::for_dialect(dialect.unwrap_or(Dialect::Suggestions));
        if let Some(least) = self.parsed("screening.min_relevance", fraction) {
            policy.min_relevance = least;
        }
        for kind in Kind::ALL {
            let name = kind.as_str();
            if let Some(least) =
                self.parsed(&format!("screening.min_relevance_by_kind.{name}"), fraction)
            {
                policy.min_relevance_by_kind.insert(kind, least);
            }
            let unscored = format!("screening.unscored_by_kind.{name}");
            if let Some(unscored) = self.parsed(&unscored, |text| match text {
                "keep" => Some(UnscoredPolicy::Keep),
                "reject" => Some(UnscoredPolicy::Reject),
                _ => None,
            }) {
                policy.unscored.insert(kind, unscored);
            }
        }
        policy.on_finding = self.finding_rules();
        policy.require_pii_mask = self.switch("screening.require_pii_mask")?;
        Some(policy)
    }
}

fn fraction(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .filter(|number| (0.0..=1.0).contains(number))
}

/// Identifiers separated by commas.
fn names(text: &str) -> Option<Vec<String>> {
    let names: Option<Vec<String>> = text.split(',').map(|part| name(part.trim())).collect();
    let names = names.filter(|names| names.len() <= MAX_KNOWLEDGE_SOURCES)?;
    let distinct: BTreeSet<&String> = names.iter().collect();
    (distinct.len() == names.len()).then_some(names)
}

/// A text that can stand in a key, a record and a table.
fn name(text: &str) -> Option<String> {
    let fits = (1..=MAX_IDENTIFIER_CHARS).contains(&text.chars().count())
        && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}
