//! Genesys Cloud as a [`RecommendationSource`].

use std::sync::Arc;

use agent_assist_domain::batch::Batch;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::{
    Clock, RecommendationSource, SourceError, SourceProfile, SourceQuery,
};
use agent_assist_domain::time::Deadline;
use async_trait::async_trait;

use crate::backoff::Jitter;
use crate::client::ApiClient;
use crate::config::GenesysConfig;
use crate::knowledge_search::KnowledgeSearchSource;
use crate::probe::Probe;
use crate::recommendations;
use crate::request;
use crate::suggestions;
use crate::transport::Transport;

/// Genesys Cloud, or what stands in front of it, asked in one dialect with one set of credentials.
#[derive(Debug)]
pub struct GenesysSource {
    client: Arc<ApiClient>,
    profile: SourceProfile,
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
        }
    }

    /// A search over `knowledge_bases`, in this order, asked with the same token and within the same
    /// allowance. It needs the permission knowledge:knowledgebase:search.
    pub fn knowledge_search(&self, knowledge_bases: Vec<String>) -> KnowledgeSearchSource {
        let client = Arc::clone(&self.client);
        KnowledgeSearchSource::new(client, &self.profile.origin, knowledge_bases)
    }

    /// Questions about the upstream itself, asked with the same token.
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
        match self.profile.dialect {
            Dialect::Recommendations => recommendations::fetch(&self.client, query, deadline).await,
            Dialect::Suggestions => suggestions::fetch(&self.client, query, deadline).await,
        }
    }
}
