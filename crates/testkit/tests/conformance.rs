//! The suites against the fakes, bare and decorated: the reference keeps its own contract.

use std::sync::Arc;

use agent_assist_domain::adoption::ToldAct;
use agent_assist_domain::batch::{Batch, UpstreamFacts};
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::{EngagementReporter, ReportError, SourceQuery, ToldEngagement};
use agent_assist_domain::time::Deadline;
use agent_assist_testkit::build::{CONVERSATION, batch, recommendation, source_query};
use agent_assist_testkit::conformance::reporter::Informed;
use agent_assist_testkit::conformance::source::Questioned;
use agent_assist_testkit::faulty::{
    Faults, FaultyAssistSwitch, FaultyAudit, FaultyCache, FaultyConversationKeys, FaultyLedger,
    FaultyOutbox, FaultyPersons,
};
use agent_assist_testkit::memory::{
    MemoryAssistSwitch, MemoryAuditLog, MemoryCache, MemoryConversationKeys, MemoryLedger,
    MemoryOutbox, MemoryPersons,
};
use agent_assist_testkit::{Hearing, ScriptedReporter, ScriptedSource};
use agent_assist_testkit::{
    audit_conformance, cache_conformance, keys_conformance, ledger_conformance, outbox_conformance,
    persons_conformance, source_conformance, switch_conformance,
};
use async_trait::async_trait;

mod memory_cache {
    use super::*;
    cache_conformance!((MemoryCache::default(), ()));
}

mod memory_audit {
    use super::*;
    audit_conformance!((MemoryAuditLog::default(), ()));
}

mod memory_ledger {
    use super::*;
    ledger_conformance!((MemoryLedger::default(), ()));
}

mod memory_keys {
    use super::*;
    keys_conformance!((MemoryConversationKeys::default(), ()));
}

mod healthy_faulty_keys {
    use super::*;
    keys_conformance!((
        FaultyConversationKeys::new(
            Arc::new(MemoryConversationKeys::default()),
            Faults::default()
        ),
        ()
    ));
}

mod memory_persons {
    use super::*;
    persons_conformance!((MemoryPersons::default(), ()));
}

mod healthy_faulty_persons {
    use super::*;
    persons_conformance!((
        FaultyPersons::new(Arc::new(MemoryPersons::default()), Faults::default()),
        ()
    ));
}

mod memory_switch {
    use super::*;
    switch_conformance!((MemoryAssistSwitch::default(), ()));
}

mod memory_outbox {
    use super::*;
    outbox_conformance!((MemoryOutbox::default(), ()));
}

mod healthy_faulty_outbox {
    use super::*;
    outbox_conformance!((
        FaultyOutbox::new(Arc::new(MemoryOutbox::default()), Faults::default()),
        ()
    ));
}

mod healthy_faulty_cache {
    use super::*;
    cache_conformance!((
        FaultyCache::new(Arc::new(MemoryCache::default()), Faults::default()),
        ()
    ));
}

mod healthy_faulty_audit {
    use super::*;
    audit_conformance!((
        FaultyAudit::new(Arc::new(MemoryAuditLog::default()), Faults::default()),
        ()
    ));
}

mod healthy_faulty_ledger {
    use super::*;
    ledger_conformance!((
        FaultyLedger::new(Arc::new(MemoryLedger::default()), Faults::default()),
        ()
    ));
}

mod healthy_faulty_switch {
    use super::*;
    switch_conformance!((
        FaultyAssistSwitch::new(Arc::new(MemoryAssistSwitch::default()), Faults::default()),
        ()
    ));
}

mod scripted_source {
    use super::*;
    source_conformance!((scripted(), ()));
}

mod scripted_reporter {
    use super::*;
    use agent_assist_testkit::reporter_conformance;
    reporter_conformance!((informed(), ()));
}

/// Takes in what is about the usual conversation.
#[derive(Debug, Default)]
struct Particular(ScriptedReporter);

#[async_trait]
impl EngagementReporter for Particular {
    async fn report(
        &self,
        engagement: &ToldEngagement,
        deadline: Deadline,
    ) -> Result<UpstreamFacts, ReportError> {
        if engagement.conversation_id != CONVERSATION {
            self.0.then(Hearing::Refused);
        }
        self.0.report(engagement, deadline).await
    }
}

fn informed() -> Informed<Particular> {
    let known = ToldEngagement {
        conversation_id: CONVERSATION.to_owned(),
        recommendation_id: "item-1".to_owned(),
        act: ToldAct::Copied,
    };
    Informed {
        reporter: Particular::default(),
        unknown: ToldEngagement {
            conversation_id: "unheard-of".to_owned(),
            ..known.clone()
        },
        known,
    }
}

fn scripted() -> Questioned<ScriptedSource> {
    let source = ScriptedSource::new(Dialect::Recommendations);
    let known = source_query();
    let unknown = SourceQuery {
        conversation_id: "unheard-of".to_owned(),
        ..known.clone()
    };
    let about = known.conversation_id.clone();
    source.otherwise(move |query| {
        Ok(if query.conversation_id == about {
            batch([recommendation("item-1")])
        } else {
            Batch {
                no_data: true,
                ..Batch::default()
            }
        })
    });
    Questioned {
        source,
        known,
        unknown,
    }
}

mod memory_api_keys {
    use agent_assist_testkit::api_keys_conformance;
    use agent_assist_testkit::memory::MemoryApiKeys;

    api_keys_conformance!((MemoryApiKeys::default(), ()));
}

mod memory_holds {
    use super::*;
    use agent_assist_testkit::holds_conformance;
    use agent_assist_testkit::memory::MemoryHolds;

    holds_conformance!(((MemoryHolds::default(), MemoryAuditLog::default()), ()));
}
