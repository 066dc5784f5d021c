//! Every setting by name: its meaning, its form, its default. One table feeds the reading, the
//! error messages, `config show` and `config init`, so they cannot disagree.

pub use super::form::Form;

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Dotted name, as in the file. A `*` stands for the name of a kind, below `pii` for that of an
    /// entity in lower case, below `analytics` for a name of one's own.
    pub name: &'static str,
    /// What a value must look like.
    pub form: Form,
    /// What holds when nobody says otherwise, in the file's notation; empty for nothing.
    pub default: &'static str,
    /// What it is for.
    pub meaning: &'static str,
    /// Whether the value must never be shown, and must not stand in a settings file.
    pub secret: bool,
}

const fn key(name: &'static str, form: Form, default: &'static str, meaning: &'static str) -> Key {
    Key {
        name,
        form,
        default,
        meaning,
        secret: false,
    }
}

const fn secret(name: &'static str, meaning: &'static str) -> Key {
    Key {
        name,
        form: Form::Text,
        default: "",
        meaning,
        secret: true,
    }
}

/// Every setting.
pub const KEYS: &[Key] = &[
    key(
        "tenant",
        Form::Text,
        "default",
        "in whose name records are kept and answers remembered",
    ),
    key(
        "dialect",
        Form::Dialect,
        "suggestions",
        "which API the upstream offers",
    ),
    key(
        "store",
        Form::Path,
        "",
        "the SQLite file of cache, audit log and ledger; agent-assist.db in the data folder",
    ),
    key(
        "upstream.name",
        Form::Text,
        "",
        "what to call the upstream in cache keys; its API origin",
    ),
    key(
        "upstream.region",
        Form::Region,
        "",
        "region of the organisation",
    ),
    key(
        "upstream.api_base",
        Form::Url,
        "",
        "API origin, instead of a region: a gateway or sandbox",
    ),
    key(
        "upstream.login_base",
        Form::Url,
        "",
        "login origin; that of api_base where it is given",
    ),
    key(
        "upstream.client_id",
        Form::Text,
        "",
        "OAuth client for client credentials",
    ),
    secret(
        "upstream.client_secret",
        "its secret; by environment only, else client_secret_file",
    ),
    key(
        "upstream.client_secret_file",
        Form::PathOrStdin,
        "",
        "a file that holds the secret",
    ),
    secret(
        "upstream.access_token",
        "a ready token instead of a client; by environment only",
    ),
    key(
        "upstream.access_token_file",
        Form::PathOrStdin,
        "",
        "a file that holds the token",
    ),
    key(
        "upstream.proxy",
        Form::Url,
        "",
        "proxy for requests; the system's where not given",
    ),
    key(
        "upstream.extra_ca_file",
        Form::Path,
        "",
        "PEM file of further trusted authorities",
    ),
    key(
        "upstream.connect_timeout",
        Form::Duration,
        "2s",
        "longest wait for a connection",
    ),
    key(
        "upstream.send_intents",
        Form::Switch,
        "false",
        "send intent confidences upstream",
    ),
    key(
        "upstream.report_engagements",
        Form::Switch,
        "false",
        "tell it what agents do with suggestions; needs conversation:suggestionEngagement:add",
    ),
    key(
        "upstream.max_pages",
        Form::UpToHundred,
        "10",
        "suggestion pages read of one conversation",
    ),
    key(
        "upstream.token_pool",
        Form::UpToTen,
        "1",
        "tokens of the OAuth client used side by side; the allowance is per token",
    ),
    key(
        "upstream.requests_per_minute",
        Form::PerMinute,
        "300",
        "what one token may send, until the upstream says otherwise",
    ),
    key(
        "upstream.app_requests_per_minute",
        Form::PerMinute,
        "3000",
        "what all tokens together may send, unless the organisation's limits say otherwise",
    ),
    key(
        "fetch.timeout",
        Form::Span,
        "3s",
        "longest wait of a person for an answer; below 1s a hanging upstream opens no circuit",
    ),
    key(
        "screening.min_relevance",
        Form::Fraction,
        "",
        "least relevance shown; 0.75 for recommendations, 0.5 for suggestions",
    ),
    key(
        "screening.require_pii_mask",
        Form::Switch,
        "true",
        "in the recommendations dialect, show only what the upstream flags as masked",
    ),
    key(
        "screening.min_relevance_by_kind.*",
        Form::Fraction,
        "",
        "the same for one kind",
    ),
    key(
        "screening.unscored_by_kind.*",
        Form::KeepOrReject,
        "keep",
        "what becomes of unscored ones",
    ),
    key(
        "cache.ttl",
        Form::Duration,
        "15s",
        "how long an answer counts as fresh; up to a tenth less, so that not all expire at once",
    ),
    key(
        "cache.negative_ttl",
        Form::Duration,
        "5s",
        "the same where the upstream had nothing",
    ),
    key(
        "cache.stale_while_revalidate",
        Form::Duration,
        "15s",
        "how long after that it is given at once and refreshed behind",
    ),
    key(
        "cache.stale_if_error",
        Form::Duration,
        "15m",
        "how long after that it stands in for a failing upstream; 0s for never",
    ),
    key(
        "breaker.failures",
        Form::UpToHundred,
        "5",
        "failures in a row after which the upstream is left alone",
    ),
    key(
        "breaker.failure_rate",
        Form::Share,
        "0.5",
        "share of failures among at least 20 calls in 30 s after which it is",
    ),
    key(
        "breaker.open",
        Form::Span,
        "5s",
        "for how long; twice as long after each probe in vain, up to 30 s",
    ),
    key(
        "pause.failures",
        Form::UpToHundred,
        "3",
        "failures in a row of one session alone after which it is paused",
    ),
    key("pause.within", Form::Span, "60s", "within how long"),
    key("pause.length", Form::Span, "5m", "for how long"),
    key(
        "fallback.knowledge_sources",
        Form::Names,
        "",
        "asked for instead when the upstream fails; in the recommendations dialect only",
    ),
    key(
        "fallback.knowledge_bases",
        Form::Names,
        "",
        "searched in this order after that; needs permission knowledge:knowledgebase:search",
    ),
    key(
        "pii.policy_file",
        Form::Path,
        "",
        "a policy of your own: rules, thresholds, countries, how values are masked; in TOML",
    ),
    key(
        "pii.egress_sample",
        Form::OneIn,
        "20",
        "one in how many finished answers, events and exported records is looked at again; 1 for all",
    ),
    key(
        "pii.allow.phones",
        Form::Phones,
        "",
        "your own telephone numbers, best with country code: they stay readable",
    ),
    key(
        "pii.allow.emails",
        Form::Mailboxes,
        "",
        "your own mailboxes",
    ),
    key(
        "pii.allow.domains",
        Form::Domains,
        "",
        "your own domains: every mailbox there stays readable",
    ),
    key(
        "pii.allow.accounts",
        Form::Accounts,
        "",
        "your own bank accounts, tax numbers and the like",
    ),
    key(
        "pii.on_finding.*",
        Form::MaskOrDrop,
        "",
        "whether what carries this is shown masked, as it is unless you say otherwise, or not at all",
    ),
    key(
        "pii.on_finding.recommendations.*",
        Form::MaskOrDrop,
        "",
        "the same in the recommendations dialect only",
    ),
    key(
        "pii.on_finding.suggestions.*",
        Form::MaskOrDrop,
        "",
        "the same in the suggestions dialect only",
    ),
    key(
        "pii.on_violation.*",
        Form::MaskOrDrop,
        "",
        "the same where the upstream says that all is masked; drop for cards and credentials",
    ),
    key(
        "report.by_agent",
        Form::Switch,
        "false",
        "whether `report --by agent` is allowed: it needs a lawful basis, and often a works council's consent",
    ),
    key(
        "audit.strict",
        Form::Switch,
        "false",
        "record a fetch before the upstream is asked, too",
    ),
    key(
        "audit.retain_online",
        Form::Age,
        "92d",
        "how old records get in the log before `audit archive` moves them into an archive",
    ),
    key(
        "audit.retain_archived",
        Form::Age,
        "400d",
        "how old they get in all before it deletes their archive; no less than retain_online",
    ),
    key(
        "audit.archives",
        Form::Path,
        "",
        "the folder of archives; beside the store, with .archives behind its name",
    ),
    key(
        "audit.key_file",
        Form::Path,
        "",
        "the key that signs checkpoints, as `audit keygen` makes it; not beside the store if that can be",
    ),
    key(
        "audit.checkpoint_file",
        Form::Path,
        "",
        "a file elsewhere (another host, a write-once medium) that checkpoints are appended to",
    ),
    key(
        "audit.checkpoint_webhook",
        Form::Url,
        "",
        "where checkpoints are posted to; https, unless it is on this machine",
    ),
    key(
        "audit.checkpoint_syslog",
        Form::Syslog,
        "",
        "where checkpoints are sent as syslog messages (RFC 5424)",
    ),
    key(
        "audit.keep_text",
        Form::Switch,
        "false",
        "keep what was shown, masked, sealed under a key of the conversation that erasing it destroys",
    ),
    key(
        "analytics.file",
        Form::Path,
        "",
        "a file that every event is appended to, one a line",
    ),
    key(
        "analytics.webhooks.*.url",
        Form::Receiver,
        "",
        "where events are sent to, signed; docs/EVENTS.md says how",
    ),
    key(
        "analytics.webhooks.*.secret_file",
        Form::Path,
        "",
        "a file with the secret they are signed with, whsec_...; during a change two, a line each",
    ),
    key(
        "analytics.webhooks.*.types",
        Form::Events,
        "",
        "which events; all where not given",
    ),
    key(
        "analytics.webhooks.*.allow_private",
        Form::Switch,
        "",
        "whether the receiver may be this machine or one beside it; false where not given",
    ),
    key(
        "serve.listen",
        Form::Listen,
        "127.0.0.1:8470",
        "where the daemon is asked; anywhere but on this machine it needs TLS",
    ),
    key(
        "serve.admin_listen",
        Form::Listen,
        "127.0.0.1:8471",
        "where it is operated: health, metrics, switches",
    ),
    key(
        "serve.tls_cert_file",
        Form::Path,
        "",
        "PEM file of its certificate, the chain behind it",
    ),
    key(
        "serve.tls_key_file",
        Form::Path,
        "",
        "PEM file of the certificate's key",
    ),
    key(
        "serve.behind_tls_proxy",
        Form::Switch,
        "false",
        "say true where a proxy in front of it ends TLS, so that it listens elsewhere without",
    ),
    key(
        "serve.allowed_hosts",
        Form::Hosts,
        "",
        "names under which it is asked, beside localhost and the address it listens at",
    ),
    key(
        "serve.allowed_origins",
        Form::Origins,
        "",
        "web pages whose scripts may ask it; none where not given",
    ),
    key(
        "serve.requests_per_minute",
        Form::PerMinute,
        "6000",
        "what one key, with its tokens, may ask",
    ),
    key(
        "serve.max_connections",
        Form::PerMinute,
        "4096",
        "connections at once; further ones wait. Half of them may be streams",
    ),
    key(
        "serve.max_streams_per_key",
        Form::PerMinute,
        "1024",
        "streams at once of one key, with its tokens",
    ),
    key(
        "serve.stream_heartbeat",
        Form::Span,
        "15s",
        "how long a stream may be silent before a comment shows that it lives",
    ),
    key(
        "serve.drain_pause",
        Form::Duration,
        "1s",
        "how long it still takes requests once it is to end, so that load balancers notice first",
    ),
    key(
        "serve.drain_timeout",
        Form::Span,
        "5s",
        "how long requests under way have after that",
    ),
    key(
        "serve.otlp_endpoint",
        Form::Url,
        "",
        "collector that traces and metrics are sent to over OTLP (HTTP, protobuf), below /v1; nowhere where \
         not given",
    ),
    key(
        "serve.knowledge_sources",
        Form::Names,
        "",
        "asked for where a program asks in the platform's own way, which names none; needed for that in \
         the recommendations dialect",
    ),
];

/// Environment variables under the vendor's own names, and the settings they stand for.
pub const VENDOR_VARIABLES: &[(&str, &str)] = &[
    ("GENESYSCLOUD_REGION", "upstream.region"),
    ("GENESYSCLOUD_OAUTHCLIENT_ID", "upstream.client_id"),
    ("GENESYSCLOUD_OAUTHCLIENT_SECRET", "upstream.client_secret"),
    ("GENESYSCLOUD_ACCESS_TOKEN", "upstream.access_token"),
];

/// Environment variables of ours that are no settings.
pub const OTHER_VARIABLES: &[&str] = &[
    "AGENT_ASSIST_CONFIG",
    "AGENT_ASSIST_PROFILE",
    "AGENT_ASSIST_LOG",
    "AGENT_ASSIST_LOG_FORMAT",
];

/// What our environment variables begin with.
pub const PREFIX: &str = "AGENT_ASSIST_";

/// The setting of this dotted name, also where it is a tenant's.
pub fn find(name: &str) -> Option<&'static Key> {
    if name.starts_with("tenants.") {
        return super::tenants::find(name);
    }
    KEYS.iter().find(|key| match key.name.split_once('*') {
        Some((prefix, suffix)) => name
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_suffix(suffix))
            .is_some_and(|rest| stands_for(prefix, rest)),
        None => key.name == name,
    })
}

/// Whether `*` behind `prefix` can stand for `name`.
fn stands_for(prefix: &str, name: &str) -> bool {
    if prefix.starts_with("pii.") {
        super::pii::entity(name).is_some()
    } else if prefix.starts_with("analytics.") {
        super::analytics::is_name(name)
    } else {
        agent_assist_domain::recommendation::Kind::from_name(name).is_some()
    }
}

/// The environment variable of a setting: `cache.ttl` is `AGENT_ASSIST_CACHE__TTL`.
pub fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_uppercase().replace('.', "__"))
}
