//! What became of a conversation's suggestions, and when: what statistics are made from.
//!
//! A suggestion has happened when it was first served. Times are the wall clock's, as they are where a
//! real platform counts; nothing else that the sandbox answers depends on them.

use std::collections::BTreeMap;

use agent_assist_genesys_wire::EngagementRequest;
use time::OffsetDateTime;

/// When suggestions of one conversation were served, and what was done with them.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    of: BTreeMap<String, Used>,
}

/// What became of one suggestion.
#[derive(Debug, Default)]
pub(crate) struct Used {
    served: Option<OffsetDateTime>,
    engagements: Vec<(OffsetDateTime, EngagementRequest)>,
}

impl Usage {
    /// The suggestion was served.
    pub(crate) fn served(&mut self, suggestion: &str) {
        let used = self.of.entry(suggestion.to_owned()).or_default();
        used.served.get_or_insert_with(OffsetDateTime::now_utc);
    }

    /// Something was done with it.
    pub(crate) fn engaged(&mut self, suggestion: &str, engagement: EngagementRequest) {
        let used = self.of.entry(suggestion.to_owned()).or_default();
        let now = OffsetDateTime::now_utc();
        used.engagements.push((now, engagement));
    }

    /// What became of it; `None` if it was never served and nothing was done with it.
    pub(crate) fn of(&self, suggestion: &str) -> Option<&Used> {
        self.of.get(suggestion)
    }
}

impl Used {
    /// What was done with it from `since` on and before `until`; `None` if nothing happened then.
    pub(crate) fn within(
        &self,
        since: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Option<Vec<&EngagementRequest>> {
        let within = |at: OffsetDateTime| since <= at && at < until;
        let engagements = self.engagements.iter();
        let engagements: Vec<_> = engagements
            .filter(|(at, _)| within(*at))
            .map(|(_, engagement)| engagement)
            .collect();
        (self.served.is_some_and(within) || !engagements.is_empty()).then_some(engagements)
    }
}
