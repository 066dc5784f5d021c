//! Answers that a supervisor pinned to conversations, from a JSON file that is read anew for every
//! question: `{"<conversation>": [["<id>", "<title>", "<text>"], ..]}`.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use agent_assist_domain::batch::{Batch, Malformation};
use agent_assist_domain::ports::SourceErrorKind::{BadFormat, DeadlineExceeded, Unreachable};
use agent_assist_domain::ports::{RecommendationSource, SourceError, SourceProfile, SourceQuery};
use agent_assist_domain::recommendation::{Kind, Recommendation, UpstreamId};
use agent_assist_domain::recommendation::{Origin, Role, Source, TextPart};
use agent_assist_domain::{dialect::Dialect, time::Deadline};
use async_trait::async_trait;
use serde_json::{Value, from_value};
use tokio::time::{Instant, timeout};

/// The file.
#[derive(Debug)]
pub(crate) struct PinnedAnswers(pub(crate) PathBuf);

#[async_trait]
impl RecommendationSource for PinnedAnswers {
    fn profile(&self) -> SourceProfile {
        // Brings all it has: paging and masking are not its job.
        SourceProfile::new(Dialect::Suggestions, "pinned-answers")
    }

    async fn fetch(&self, query: &SourceQuery, deadline: Deadline) -> Result<Batch, SourceError> {
        let left = deadline.remaining(Instant::now().into_std());
        if left.is_zero() {
            return Err(SourceError::new(DeadlineExceeded));
        }
        let json = timeout(left, tokio::fs::read(&self.0))
            .await
            .map_err(|_| SourceError::new(DeadlineExceeded))?
            .map_err(|error| SourceError::new(Unreachable).because(error))?;
        let mut pins: HashMap<String, Vec<Value>> =
            serde_json::from_slice(&json).map_err(|_| SourceError::new(BadFormat))?;
        let pinned = pins.remove(&query.conversation_id);
        let mut batch = Batch::default();
        batch.upstream.requests = 1;
        batch.no_data = pinned.is_none();
        for entity in pinned.unwrap_or_default() {
            match recommendation(entity) {
                Ok(item) => batch.items.push(Arc::new(item)),
                Err(why) => batch.malformed.push(why),
            }
        }
        Ok(batch)
    }
}

fn recommendation(entity: Value) -> Result<Recommendation, Malformation> {
    let [id, title, text]: [String; 3] = from_value(entity).map_err(|_| Malformation::Shape)?;
    let part = |pointer: &str, role, text| TextPart {
        pointer: pointer.to_owned(),
        role,
        text,
        highlight: None,
    };
    Ok(Recommendation {
        id: UpstreamId::new(id).ok_or(Malformation::Id)?,
        kind: Kind::Faq,
        score: None,
        upstream_masked: None,
        state: None,
        created_at: None,
        parts: vec![part("/1", Role::Title, title), part("/2", Role::Body, text)],
        source: Source {
            knowledge_base_id: None,
            document_id: None,
            version_id: None,
            uri: None,
            trigger_id: None,
            origin: Origin::Upstream,
        },
    })
}
