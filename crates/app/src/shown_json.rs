//! What an answer shows, as JSON: most of an answer, and the same each time it is given out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use agent_assist_domain::answer::AnswerItems;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

/// Cheap to clone; all clones share the text and what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct ShownJson(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// The array of them, and the brace that ends the answer behind it.
    end: Bytes,
    digest: [u8; 32],
    is_inspected: AtomicBool,
}

impl ShownJson {
    /// Of `items`; `None` if they cannot be said in JSON.
    pub(crate) fn of(items: &AnswerItems) -> Option<Self> {
        let mut json = serde_json::to_vec(items.as_slice()).ok()?;
        let digest = Sha256::digest(&json).into();
        json.push(b'}');
        json.shrink_to_fit();
        Some(Self(Arc::new(Inner {
            end: json.into(),
            digest,
            is_inspected: AtomicBool::new(false),
        })))
    }

    /// The end of an answer that shows them: the array, and a brace.
    pub(crate) fn end(&self) -> &Bytes {
        &self.0.end
    }

    /// SHA-256 of the array.
    pub(crate) fn digest(&self) -> [u8; 32] {
        self.0.digest
    }

    /// Whether a [second look](crate::egress) has found nothing in this very text.
    pub(crate) fn is_inspected(&self) -> bool {
        self.0.is_inspected.load(Ordering::Relaxed)
    }

    /// It has.
    pub(crate) fn mark_inspected(&self) {
        self.0.is_inspected.store(true, Ordering::Relaxed);
    }
}
