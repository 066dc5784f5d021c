//! Screens what a source brought, under the conversation's key where something is found, and counts
//! what was found.

use agent_assist_domain::audit::FetchFacts;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::pii::ValueKey;
use agent_assist_domain::screening::Screened;

use super::Service;
use super::walk::Walk;
use crate::fallbacks::Screenable;

impl Service {
    /// What may be shown of `brought`, with hashes of what is found if the key is at hand.
    pub(super) fn screen_at_once(&self, walk: &Walk, brought: &Screenable) -> Screened {
        let conversation_id = walk.request.conversation_id();
        let key = self.keys.at_hand(&self.tenant, conversation_id);
        let key = key.map(|key| key.value_key());
        self.screen_under(walk, brought, key.as_ref())
    }

    /// The same with hashes, where there is something to be hashed: most answers carry nothing, and
    /// their conversations need no key.
    pub(super) async fn screened_with_key(
        &self,
        walk: &Walk,
        screened: Screened,
        brought: &Screenable,
    ) -> Screened {
        let mut screened = screened;
        if screened.lacks_key() {
            let conversation_id = walk.request.conversation_id();
            let key = self.keys.key(&self.tenant, conversation_id, &*self.clock);
            if let Some(key) = key.await {
                screened = self.screen_under(walk, brought, Some(&key.value_key()));
            }
        }
        count(&screened, brought.dialect);
        screened
    }

    /// `facts` with the texts of `screened`, from which they were made, where the deployment keeps them.
    pub(super) async fn with_texts(
        &self,
        walk: &Walk,
        facts: FetchFacts,
        screened: &Screened,
    ) -> FetchFacts {
        if !self.keep_text || screened.kept().is_empty() {
            return facts;
        }
        let conversation_id = walk.request.conversation_id();
        let key = self.keys.key(&self.tenant, conversation_id, &*self.clock);
        match key.await {
            Some(key) => facts.with_texts(screened, &key, || self.keys.nonce()),
            // The log has been told why.
            None => facts,
        }
    }

    fn screen_under(&self, walk: &Walk, brought: &Screenable, key: Option<&ValueKey>) -> Screened {
        let Screenable {
            batch,
            request,
            dialect,
        } = brought;
        self.screening
            .screen(batch, request, *dialect, &walk.policy, key)
    }
}

fn count(screened: &Screened, dialect: Dialect) {
    for receipt in screened.receipts() {
        metrics::counter!(
            "agent_assist_pii_findings_total",
            "entity" => receipt.entity.as_str().to_owned(),
            "action" => receipt.action.as_str()
        )
        .increment(1);
    }
    let violations = screened.report().pii_violations;
    if violations > 0 {
        metrics::counter!("agent_assist_pii_violations_total", "dialect" => dialect.as_str())
            .increment(violations.into());
        // Not a warning: it is the upstream's fault, and on record.
        tracing::info!(
            violations,
            dialect = dialect.as_str(),
            "the upstream calls masked what is not"
        );
    }
}
