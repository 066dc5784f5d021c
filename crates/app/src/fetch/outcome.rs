//! How a fetch can end.

use std::sync::Arc;

use agent_assist_domain::access::Denial;
use agent_assist_domain::answer::{Answer, DegradedReason};
use agent_assist_domain::cache::AnswerKey;
use agent_assist_domain::payload::Violations;
use agent_assist_domain::ports::{SourceError, SourceErrorKind, StoreError};
use agent_assist_domain::screening::Screened;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use crate::shown_json::ShownJson;

/// How an answer that shows nothing ends.
const NOTHING_SHOWN: &[u8] = b"[]}";

/// An answer, and what an operator may want to know beside it.
#[derive(Clone, Debug)]
pub struct FetchOutcome {
    /// The answer.
    pub answer: Answer,
    /// The key under which the answer is remembered.
    pub key: AnswerKey,
    /// What it was made from: what the screening held back and why, what it found of personal data,
    /// what could not be understood.
    pub screened: Arc<Screened>,
    /// What failed, if the answer is degraded.
    pub cause: Option<SourceError>,
    /// What the answer shows as JSON, where it is at hand.
    pub(super) shown_json: Option<ShownJson>,
}

impl FetchOutcome {
    /// The answer as JSON, in two pieces, the second behind the first. What it shows is not serialised
    /// again where it has been given out before, nor copied: the second piece is shared then.
    ///
    /// # Errors
    /// There is nothing in an answer that JSON could not say.
    pub fn to_json(&self) -> Result<[Bytes; 2], serde_json::Error> {
        match &self.shown_json {
            Some(shown) => {
                let mut json = self.beside_shown()?;
                json.truncate(json.len() - NOTHING_SHOWN.len());
                Ok([json.into(), shown.end().clone()])
            }
            None => Ok([serde_json::to_vec(&self.answer)?.into(), Bytes::new()]),
        }
    }

    /// The answer as JSON, as if it showed nothing.
    fn beside_shown(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&self.answer.with_recommendations([(); 0]))
    }

    /// Names what an agent sees: two answers with the same digest show the same items, nothing for the
    /// same reason, or the same under the same label.
    pub fn seen_digest(&self) -> [u8; 32] {
        let answer = &self.answer;
        // Texts and numbers: there is nothing that JSON could not say.
        let items = || serde_json::to_vec(answer.recommendations()).unwrap_or_default();
        let shown = match &self.shown_json {
            Some(shown) => shown.digest(),
            None => Sha256::digest(items()).into(),
        };
        let beside = (answer.empty_reason(), answer.degradation());
        let beside = serde_json::to_vec(&beside).unwrap_or_default();
        let digest = Sha256::new().chain_update(shown).chain_update(beside);
        digest.finalize().into()
    }

    /// What nobody has looked at yet of the answer as JSON, for a [second look](crate::egress).
    pub(super) fn uninspected(&self) -> Result<Vec<u8>, serde_json::Error> {
        match &self.shown_json {
            Some(shown) if shown.is_inspected() => self.beside_shown(),
            _ => Ok(self.to_json()?.concat()),
        }
    }

    /// Nothing speaks against the [rest](Self::uninspected), nor against what it shows if that is given
    /// out again.
    pub(super) fn mark_inspected(&self) {
        if let Some(shown) = &self.shown_json {
            shown.mark_inspected();
        }
    }
}

/// No answer.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The request breaks the payload rules; nothing was sent.
    #[error(transparent)]
    Invalid(Violations),
    /// The upstream does not accept us: credentials, permission, or endpoint. Waiting does not
    /// help; somebody must change something.
    #[error("no recommendations could be fetched")]
    Source(#[source] SourceError),
    /// The caller is not for the queue of the conversation; nothing was shown.
    #[error("the caller may not see what belongs to this queue")]
    Denied(Denial),
    /// The outcome could not be recorded, so there is none.
    #[error("no record could be written, so no answer is given")]
    Record(#[source] StoreError),
}

/// How a failure of `kind` is labelled in the answer; `None` where it is an error instead.
pub(super) fn degradation(kind: SourceErrorKind) -> Option<DegradedReason> {
    match kind {
        SourceErrorKind::Unauthenticated
        | SourceErrorKind::Forbidden
        | SourceErrorKind::NotFound => None,
        SourceErrorKind::RateLimited => Some(DegradedReason::RateLimited),
        SourceErrorKind::UpstreamTimeout | SourceErrorKind::DeadlineExceeded => {
            Some(DegradedReason::Timeout)
        }
        SourceErrorKind::BadFormat => Some(DegradedReason::BadFormat),
        SourceErrorKind::BadRequest | SourceErrorKind::TooLarge => Some(DegradedReason::Rejected),
        // ServerError, Unreachable, Internal, and whatever a later version adds.
        _ => Some(DegradedReason::UpstreamError),
    }
}
