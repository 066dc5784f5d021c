//! The ports: what the shell needs of the outside, as object-safe traits.
//!
//! Arguments are owned or plain references and there are no default methods, so that every port
//! can be mocked (feature `mock`), decorated without losing a method, and shared as `Arc<dyn _>`.
//! Each trait's documentation is its contract; the conformance suites of `agent-assist-testkit`
//! check it against every implementation.

mod api_keys;
mod audit;
mod cache;
mod checkpoint_sink;
mod clock;
mod conversation_keys;
mod holds;
mod ledger;
mod outbox;
mod persons;
mod reporter;
mod sink;
mod source;
mod store_error;
mod switch;
mod upstream_counts;

pub use api_keys::ApiKeys;
pub use audit::{AuditLog, AuditTrail};
pub use cache::RecommendationCache;
pub use checkpoint_sink::CheckpointSink;
pub use clock::Clock;
pub use conversation_keys::{ConversationKey, ConversationKeys};
pub use holds::LegalHolds;
pub use ledger::EngagementLedger;
pub use outbox::Outbox;
pub use persons::Persons;
pub use reporter::{EngagementReporter, ReportError, ReportErrorKind, ToldEngagement};
pub use sink::{AnalyticsSink, SinkError, SinkErrorKind};
pub use source::{
    Priority, RecommendationSource, SourceError, SourceErrorKind, SourceProfile, SourceQuery,
};
pub use store_error::{StoreError, StoreErrorKind};
pub use switch::AssistSwitch;
pub use upstream_counts::UpstreamCounts;

#[cfg(feature = "mock")]
pub use self::{
    api_keys::MockApiKeys,
    audit::{MockAuditLog, MockAuditTrail},
    cache::MockRecommendationCache,
    checkpoint_sink::MockCheckpointSink,
    clock::MockClock,
    conversation_keys::MockConversationKeys,
    holds::MockLegalHolds,
    ledger::MockEngagementLedger,
    outbox::MockOutbox,
    persons::MockPersons,
    reporter::MockEngagementReporter,
    sink::MockAnalyticsSink,
    source::MockRecommendationSource,
    switch::MockAssistSwitch,
    upstream_counts::MockUpstreamCounts,
};
