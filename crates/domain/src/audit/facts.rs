//! The parts of an audit entry.

use super::shown_as::{ContentDigest, ShownAs};
use super::stages::Stages;
use super::text::{SealedText, ShownText, content_sha256};
use crate::answer::{CacheInfo, DegradedReason, EmptyReason};
use crate::assist::SwitchScope;
use crate::batch::{Oddities, UpstreamFacts};
use crate::canonical::{ObjectWriter, write_text};
use crate::dialect::Dialect;
use crate::payload::{FetchRequest, Violations};
use crate::plain_token::PlainToken;
use crate::ports::{ConversationKey, SourceError, SourceErrorKind};
use crate::recommendation::{Score, UpstreamId};
use crate::screening::{
    PolicyVersion, Receipts, Rejection, Safe, Screened, ScreeningPolicy, ScreeningReport,
    oddities_value, receipts_value,
};
use crate::sealing::Nonce;

/// Who said which agent or queue it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdOrigin {
    /// The credential with which the caller came.
    Credential,
    /// The request.
    Request,
    /// The upstream's context of the conversation.
    UpstreamContext,
    /// Nobody.
    Unknown,
}

impl IdOrigin {
    /// Every origin.
    pub const ALL: [Self; 4] = [
        Self::Credential,
        Self::Request,
        Self::UpstreamContext,
        Self::Unknown,
    ];

    /// The name used in audit records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Request => "request",
            Self::UpstreamContext => "upstream_context",
            Self::Unknown => "unknown",
        }
    }

    /// The origin of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.as_str() == name)
    }
}

/// An agent or a queue, and who said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// The identifier, if anybody gave one.
    pub id: Option<String>,
    /// Who gave it.
    pub origin: IdOrigin,
}

impl Attribution {
    /// Nobody said.
    pub const UNKNOWN: Self = Self {
        id: None,
        origin: IdOrigin::Unknown,
    };

    /// What the request says, else what the upstream says, else unknown.
    pub fn of(request: Option<&str>, upstream: Option<&UpstreamId>) -> Self {
        match (request, upstream) {
            (Some(id), _) => Self {
                id: Some(id.to_owned()),
                origin: IdOrigin::Request,
            },
            (None, Some(id)) => Self {
                id: Some(id.as_str().to_owned()),
                origin: IdOrigin::UpstreamContext,
            },
            (None, None) => Self::UNKNOWN,
        }
    }

    pub(super) fn write(&self, object: &mut ObjectWriter<'_>) {
        object.maybe_text("id", self.id.as_deref());
        object.text("origin", self.origin.as_str());
    }
}

/// Whom an entry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The session; unknown where the request was refused for it.
    pub session_id: Option<String>,
    /// The conversation; unknown where the request was refused for it.
    pub conversation_id: Option<String>,
    /// The agent.
    pub agent: Attribution,
    /// The customer, if the request named one.
    pub customer_id: Option<String>,
    /// The queue.
    pub queue: Attribution,
}

impl Subject {
    /// Nobody and nothing in particular.
    pub const UNKNOWN: Self = Self {
        session_id: None,
        conversation_id: None,
        agent: Attribution::UNKNOWN,
        customer_id: None,
        queue: Attribution::UNKNOWN,
    };

    /// Whom `request` is about, with what the upstream adds.
    pub fn of(request: &FetchRequest, screened: Option<&Screened>) -> Self {
        let context = screened.map(Screened::context);
        Self {
            session_id: Some(request.session_id().to_owned()),
            conversation_id: Some(request.conversation_id().to_owned()),
            agent: Attribution::of(
                request.agent_id(),
                context.and_then(|context| context.agent_id.as_ref()),
            ),
            customer_id: request.customer_id().map(str::to_owned),
            queue: Attribution::of(
                request.queue_id(),
                context.and_then(|context| context.queue_id.as_ref()),
            ),
        }
    }

    /// Whom a refused request is about, as far as it said so in keeping with the rules.
    pub fn of_refused(violations: &Violations) -> Self {
        let known = violations.known();
        Self {
            session_id: known.session_id.clone(),
            conversation_id: known.conversation_id.clone(),
            agent: Attribution::of(known.agent_id.as_deref(), None),
            customer_id: known.customer_id.clone(),
            queue: Attribution::of(known.queue_id.as_deref(), None),
        }
    }

    /// Whom a record of the log itself concerns, if it is about a conversation.
    pub fn of_log(conversation_id: Option<&str>) -> Self {
        Self {
            conversation_id: conversation_id.map(str::to_owned),
            ..Self::UNKNOWN
        }
    }

    /// Whom a turn of the switch concerns, as far as `scope` names somebody.
    pub fn of_switch(scope: &SwitchScope) -> Self {
        let (queue_id, session_id) = match scope {
            SwitchScope::Everything => (None, None),
            SwitchScope::Queue(id) => (Some(id.as_str()), None),
            SwitchScope::Session(id) => (None, Some(id.clone())),
        };
        Self {
            session_id,
            conversation_id: None,
            agent: Attribution::UNKNOWN,
            customer_id: None,
            queue: Attribution::of(queue_id, None),
        }
    }
}

/// What was asked, and under which rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchScope {
    dialect: Dialect,
    limit: u32,
    offset: u32,
    knowledge_source_ids: Vec<String>,
    min_relevance_millionths: u32,
    policy_version: PolicyVersion,
}

impl FetchScope {
    /// What `request` asks of `dialect` under `policy` and the rules of `policy_version`.
    pub fn of(
        request: &FetchRequest,
        dialect: Dialect,
        policy: &ScreeningPolicy,
        policy_version: PolicyVersion,
    ) -> Self {
        Self {
            dialect,
            limit: request.limit(),
            offset: request.offset(),
            knowledge_source_ids: request.knowledge_source_ids().to_vec(),
            min_relevance_millionths: (policy.min_relevance * 1e6 + 1e-6) as u32,
            policy_version,
        }
    }

    /// The dialect asked.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Most recommendations wanted.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// Recommendations skipped.
    pub fn offset(&self) -> u32 {
        self.offset
    }

    /// The rules it was screened under.
    pub fn policy_version(&self) -> PolicyVersion {
        self.policy_version
    }

    pub(super) fn write(&self, object: &mut ObjectWriter<'_>) {
        object.text("dialect", self.dialect.as_str());
        object.list(
            "knowledge_source_ids",
            &self.knowledge_source_ids,
            |id, out| {
                write_text(id, out);
            },
        );
        object.int("limit", self.limit);
        object.int("min_relevance_millionths", self.min_relevance_millionths);
        object.int("offset", self.offset);
        object.text("policy_version", &self.policy_version.to_string());
    }
}

/// One recommendation that was given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownFact {
    id: String,
    kind: &'static str,
    score_millionths: Option<u32>,
    version_id: Option<String>,
    origin: &'static str,
    receipts: Receipts,
    /// SHA-256 over title, a zero byte, and text as shown, in hexadecimal.
    content_sha256: String,
    /// Title and text, where they are kept.
    text: Option<SealedText>,
}

impl ShownFact {
    fn of(safe: &Safe) -> Self {
        let item = &safe.recommendation;
        Self {
            id: item.id.as_str().to_owned(),
            kind: item.kind.as_str(),
            score_millionths: item.score.map(Score::millionths),
            version_id: item
                .source
                .version_id
                .as_ref()
                .map(|id| id.as_str().to_owned()),
            origin: item.source.origin.as_str(),
            receipts: safe.receipts.clone(),
            content_sha256: content_sha256(item.title(), &item.text()),
            text: None,
        }
    }

    /// What was shown, with its text if that is kept.
    fn write(&self, out: &mut String) {
        self.write_with(self.text.as_ref(), out);
    }

    /// What was shown, but for its text, which is sealed anew for each record.
    pub(super) fn write_content(&self, out: &mut String) {
        self.write_with(None, out);
    }

    fn write_with(&self, text: Option<&SealedText>, out: &mut String) {
        ObjectWriter::write(out, |object| {
            object.text("content_sha256", &self.content_sha256);
            object.text("id", &self.id);
            object.text("kind", self.kind);
            object.int("masked_findings", self.receipts.count());
            object.text("origin", self.origin);
            object.value("receipts", &receipts_value(&self.receipts));
            object.maybe_int("score_millionths", self.score_millionths);
            if let Some(text) = text {
                object.text("text_sealed", text.as_str());
            }
            object.maybe_text("version_id", self.version_id.as_deref());
        });
    }
}

/// How a fetch ended.
#[derive(Clone, Debug, PartialEq)]
pub struct FetchFacts {
    /// The numbers.
    pub report: ScreeningReport,
    /// Microseconds from the request's arrival until its answer was ready to be recorded.
    pub latency_us: u64,
    /// What of that each part took.
    pub stages: Stages,
    /// How the cache took part.
    pub cache: CacheInfo,
    /// How the upstream answered; empty where it was not asked.
    pub upstream: UpstreamFacts,
    /// The upstream's error code, where it gave one.
    pub upstream_code: Option<PlainToken>,
    /// What went wrong, if something did.
    pub error: Option<SourceErrorKind>,
    /// How the answer was labelled, if it was degraded.
    pub degraded: Option<DegradedReason>,
    /// Why the answer is empty, if it is.
    pub empty: Option<EmptyReason>,
    /// What the upstream sent that could not be understood.
    pub oddities: Oddities,
    /// What was given out, in order.
    pub shown: Vec<ShownFact>,
    /// What was held back by the screening, and why.
    pub rejected: Vec<Rejection>,
    /// Where both are told instead, if an earlier record of the conversation has them; empty here then.
    pub shown_as: Option<ShownAs>,
}

impl FetchFacts {
    /// The facts of an answer that shows `screened`.
    pub fn of(
        screened: &Screened,
        latency_us: u64,
        cache: CacheInfo,
        upstream: UpstreamFacts,
    ) -> Self {
        Self {
            shown: screened
                .kept()
                .iter()
                .map(|safe| ShownFact::of(safe))
                .collect(),
            rejected: screened.rejected().to_vec(),
            shown_as: None,
            ..Self::without_content(screened, latency_us, cache, upstream)
        }
    }

    /// The facts of an answer that shows `screened` once more, as `shown_as` tells already.
    pub fn repeating(
        screened: &Screened,
        shown_as: ShownAs,
        latency_us: u64,
        cache: CacheInfo,
        upstream: UpstreamFacts,
    ) -> Self {
        Self {
            shown_as: Some(shown_as),
            ..Self::without_content(screened, latency_us, cache, upstream)
        }
    }

    fn without_content(
        screened: &Screened,
        latency_us: u64,
        cache: CacheInfo,
        upstream: UpstreamFacts,
    ) -> Self {
        Self {
            report: *screened.report(),
            empty: screened.empty_reason(),
            oddities: screened.oddities().clone(),
            ..Self::of_nothing(latency_us, cache, upstream)
        }
    }

    /// What tells this content, told whole under the rules of `policy_version`, from any other.
    pub fn content_digest(&self, policy_version: PolicyVersion) -> ContentDigest {
        ContentDigest::of(policy_version, &self.shown, &self.rejected)
    }

    /// The same facts with the texts of `screened`, from which they were made, sealed under `key`, the
    /// conversation's. Each takes a nonce from `draw`; where it gives none, no more texts are kept.
    #[must_use]
    pub fn with_texts(
        mut self,
        screened: &Screened,
        key: &ConversationKey,
        mut draw: impl FnMut() -> Option<Nonce>,
    ) -> Self {
        for (shown, safe) in self.shown.iter_mut().zip(screened.kept()) {
            let Some(nonce) = draw() else { break };
            let item = &safe.recommendation;
            let text = ShownText::new(item.title(), &item.text());
            shown.text = Some(text.seal(key, &nonce));
        }
        self
    }

    /// The facts of an answer that shows nothing because nothing came from anywhere.
    pub fn of_nothing(latency_us: u64, cache: CacheInfo, upstream: UpstreamFacts) -> Self {
        Self {
            report: ScreeningReport::default(),
            latency_us,
            stages: Stages::default(),
            cache,
            upstream,
            upstream_code: None,
            error: None,
            degraded: None,
            empty: None,
            oddities: Oddities::default(),
            shown: Vec::new(),
            rejected: Vec::new(),
            shown_as: None,
        }
    }

    /// The same facts with what went wrong upstream, and how the answer is labelled for it.
    #[must_use]
    pub fn after(mut self, error: &SourceError, degraded: Option<DegradedReason>) -> Self {
        self.error = Some(error.kind());
        self.upstream_code = error.code_token().cloned();
        self.degraded = degraded;
        self
    }

    pub(super) fn write(&self, object: &mut ObjectWriter<'_>) {
        let upstream = &self.upstream;
        object.int("cache_age_ms", self.cache.age_ms);
        object.text("cache_status", self.cache.status.as_str());
        object.object("counts", |object| {
            let mut counts = self.report.counts();
            counts.sort_unstable_by_key(|(name, _)| *name);
            for (name, count) in counts {
                object.int(name, count);
            }
        });
        object.maybe_text("degraded_reason", self.degraded.map(DegradedReason::as_str));
        object.maybe_text("empty_reason", self.empty.map(EmptyReason::as_str));
        object.maybe_text("error", self.error.map(SourceErrorKind::as_str));
        object.int("latency_us", self.latency_us);
        object.value("oddities", &oddities_value(&self.oddities));
        match &self.shown_as {
            Some(shown_as) => object.value("shown_as", &shown_as.to_value()),
            None => {
                object.list("rejected", &self.rejected, write_rejection);
                object.list("shown", &self.shown, ShownFact::write);
            }
        }
        object.object("stages", |object| self.stages.write(object));
        object.maybe_text("upstream_code", self.upstream_code.as_deref());
        object.maybe_text(
            "upstream_correlation_id",
            upstream.correlation_id.as_deref(),
        );
        object.int("upstream_requests", upstream.requests);
        object.maybe_int("upstream_status", upstream.status);
    }
}

pub(super) fn write_rejection(rejection: &Rejection, out: &mut String) {
    ObjectWriter::write(out, |object| {
        object.maybe_text("id", rejection.id());
        object.text("kind", rejection.kind().as_str());
        object.text("reason", rejection.reason().as_str());
        object.value("receipts", &receipts_value(rejection.receipts()));
        object.maybe_int("score_millionths", rejection.score().map(Score::millionths));
    });
}
