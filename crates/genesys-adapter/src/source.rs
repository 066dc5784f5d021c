//! Genesys Cloud as a [`RecommendationSource`].

use std::sync::{Arc, Once};
use std::time::Duration;

use agent_assist_domain::batch::Batch;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::{
    Clock, RecommendationSource, SourceError, SourceProfile, SourceQuery,
};
use agent_assist_domain::time::Deadline;
use async_trait::async_trait;
use tokio::time::Instant;

use crate::aggregates::GenesysCounts;
use crate::backoff::Jitter;
use crate::client::ApiClient;
use crate::config::GenesysConfig;
use crate::engagement::GenesysReporter;
use crate::knowledge_search::KnowledgeSearchSource;
use crate::limits::TokenBudget;
use crate::probe::Probe;
use crate::recommendations;
use crate::request;
use crate::suggestions;
use crate::transport::Transport;

/// Time for the question after the application's limit, which nobody waits for.
const LIMIT_DEADLINE: Duration = Duration::from_secs(20);

/// Genesys Cloud, or what stands in front of it, asked in one dialect with one set of credentials.
#[derive(Debug)]
pub struct GenesysSource {
    client: Arc<ApiClient>,
    profile: SourceProfile,
    /// Done once the platform has been asked for the application's limit.
    limit_asked: Once,
}

impl GenesysSource {
    /// A source as `config` describes it. Nothing is sent before the first question.
    pub fn new(
        config: GenesysConfig,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        jitter: Jitter,
    ) -> Self {
        let base = &config.api_base;
        // Two gateways may share an origin and differ in their path.
        let origin = base.origin().ascii_serialization() + request::prefix(base);
        let profile = SourceProfile {
            dialect: config.dialect,
            origin: origin.into(),
            sends_intents: config.send_intents && config.dialect == Dialect::Recommendations,
            sends_query: false,
        };
        Self {
            client: Arc::new(ApiClient::new(config, transport, clock, jitter)),
            profile,
            limit_asked: Once::new(),
        }
    }

    /// How it stands with the allowance of each token, in the order of the pool: for operators.
    /// Asks nobody; as far as this process knows.
    pub fn rate_budget(&self) -> Vec<TokenBudget> {
        self.client.gate.budgets()
    }

    /// Asks once, in the background, how much the application may send, if it has tokens enough to
    /// reach a limit. Not knowing is no fault: the setting holds.
    fn learn_application_limit(&self) {
        if self.client.pool.size() == 1 {
            return;
        }
        self.limit_asked.call_once(|| {
            let client = Arc::clone(&self.client);
            tokio::spawn(async move {
                let deadline = Deadline::at((Instant::now() + LIMIT_DEADLINE).into_std());
                let limits = Probe::new(Arc::clone(&client)).rate_limits(deadline).await;
                let limit = limits.map(|limits| limits.org_app_user_per_minute);
                match limit.map(|limit| limit.map(u32::try_from)) {
                    Ok(Some(Ok(limit @ 1..))) => client.gate.allow_application(limit),
                    Ok(_) => tracing::debug!("the upstream names no limit of the application"),
                    Err(error) => tracing::debug!(
                        error.kind = error.kind().as_str(),
                        "the application's limit is not known"
                    ),
                }
            });
        });
    }

    /// A search over `knowledge_bases`, in this order, asked with the same tokens and within the same
    /// allowance. It needs the permission knowledge:knowledgebase:search.
    pub fn knowledge_search(&self, knowledge_bases: Vec<String>) -> KnowledgeSearchSource {
        let client = Arc::clone(&self.client);
        KnowledgeSearchSource::new(client, &self.profile.origin, knowledge_bases)
    }

    /// Tells the platform what agents do with its suggestions, with the same tokens and within the same
    /// allowance. `None` in a dialect that has no way to.
    pub fn reporter(&self) -> Option<GenesysReporter> {
        let told = self.profile.dialect == Dialect::Suggestions;
        told.then(|| GenesysReporter::new(Arc::clone(&self.client)))
    }

    /// Asks for the platform's own counts of suggestions, with the same tokens.
    pub fn counts(&self) -> GenesysCounts {
        GenesysCounts::new(Arc::clone(&self.client))
    }

    /// Questions about the upstream itself, asked with the same tokens.
    pub fn probe(&self) -> Probe {
        Probe::new(Arc::clone(&self.client))
    }
}

#[async_trait]
impl RecommendationSource for GenesysSource {
    fn profile(&self) -> SourceProfile {
        self.profile.clone()
    }

    async fn fetch(&self, query: &SourceQuery, deadline: Deadline) -> Result<Batch, SourceError> {
        self.learn_application_limit();
        match self.profile.dialect {
            Dialect::Recommendations => recommendations::fetch(&self.client, query, deadline).await,
            Dialect::Suggestions => suggestions::fetch(&self.client, query, deadline).await,
        }
    }
}
