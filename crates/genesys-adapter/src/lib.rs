//! Genesys Cloud as a recommendation source.
//!
//! Owns OAuth, both API dialects, the knowledge search, the platform's allowance, retry within a
//! deadline, and format verification: everything about the upstream that the rest of the program
//! must not know. [`GenesysSource`] implements the domain's `RecommendationSource`, and so does
//! [`KnowledgeSearchSource`], which searches knowledge bases where there is no recommendation to be
//! had; [`GenesysReporter`] tells the platform what agents do with suggestions, and [`GenesysCounts`]
//! asks what it has counted of them; [`Probe`] asks the upstream about itself; [`HttpTransport`] carries bytes, and anything else
//! that implements [`Transport`] can stand in for it.
//!
//! A request's way down: `source` → `recommendations` or `suggestions`, or else `knowledge_search`
//! (what to ask, how to read on) → `client` (attempts, one renewal on 401) → `transport`. The
//! answer's way up: `verify` (is it JSON of the right shape) → `mapping` (what it says).
//!
//! The order of what stands around the transport is fixed:
//!
//! ```text
//! right: retry( gate -> token -> transport ) -> verify
//! wrong: gate -> retry( token -> transport )   repetitions would pass a window that has closed
//! wrong: retry( token -> gate -> transport )   the gate decides which token a request takes
//! wrong: retry( gate -> token -> transport -> verify )   nonsense would be asked for again
//! ```
//!
//! A circuit breaker belongs around all of it: one call through it is one question, however many
//! attempts it took. The token endpoint is asked outside the gate, which counts what tokens are
//! used for, but within the same retry budget.
//!
//! Absent on purpose: any policy on relevance or masking. What is brought is unscreened.

mod aggregates;
mod ask;
mod backoff;
mod client;
mod config;
mod engagement;
mod error;
mod http_transport;
mod knowledge_search;
mod limits;
mod mapping;
mod meters;
mod next_link;
mod oauth;
mod pool;
mod probe;
mod recommendations;
pub mod region;
mod request;
mod retry;
mod retry_after;
mod source;
mod spent;
mod suggestions;
mod token;
mod trace;
mod transport;
mod verify;

pub use self::aggregates::GenesysCounts;
pub use self::backoff::{Jitter, MAX_RETRY_AFTER};
pub use self::config::{
    Credentials, DEFAULT_APP_REQUESTS_PER_MINUTE, DEFAULT_MAX_ENTITIES, DEFAULT_MAX_PAGES,
    DEFAULT_REQUESTS_PER_MINUTE, GenesysConfig, MAX_TOKEN_POOL,
};
pub use self::engagement::{ENGAGEMENT_PERMISSION, GenesysReporter};
pub use self::http_transport::{HttpOptions, HttpTransport, TransportBuildError, tls_config};
pub use self::knowledge_search::KnowledgeSearchSource;
pub use self::limits::TokenBudget;
pub use self::probe::{
    ClockSkew, KnowledgeBaseFacts, Probe, RateLimits, ReadFacts, TokenFacts, TokenOwner,
};
pub use self::source::GenesysSource;
pub use self::transport::{MAX_BODY_BYTES, Transport, TransportError, TransportErrorKind};
