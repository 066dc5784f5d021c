//! Writing down what the upstream sent.

use agent_assist_domain::answer::CacheInfo;
use agent_assist_domain::audit::{AuditEntry, FetchFacts};
use agent_assist_domain::batch::{Batch, UpstreamFacts};
use agent_assist_domain::ports::{AuditLog, SourceError};
use agent_assist_domain::recommendation::Recommendation;

fn facts(raw: &Batch) -> FetchFacts {
    FetchFacts::of(raw, 0, CacheInfo::NONE, UpstreamFacts::default())
}

fn shown(facts: &mut FetchFacts, raw: Recommendation) {
    facts.shown.push(raw);
}

fn rejected(facts: &mut FetchFacts, raw: Recommendation) {
    facts.rejected.push(raw);
}

fn words(facts: &mut FetchFacts, error: SourceError, raw: &Recommendation) -> SourceError {
    facts.upstream_code = Some(raw.text());
    facts.upstream.correlation_id = Some(raw.text());
    error.with_code(Some(raw.text()))
}

fn content(entry: &mut AuditEntry, raw: Recommendation) {
    entry.fact = raw;
}

async fn append(log: &dyn AuditLog, raw: &Recommendation) {
    let _ = log.append(raw).await;
}

fn main() {}
