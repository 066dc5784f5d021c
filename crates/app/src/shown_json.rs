//! What an answer shows, as JSON: most of an answer, and the same each time it is given out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use agent_assist_domain::answer::AnswerItems;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

/// Cheap to clone; all clones share the text and what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct ShownJson(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    json: Box<RawValue>,
    digest: [u8; 32],
    is_inspected: AtomicBool,
}

impl ShownJson {
    /// Of `items`; `None` if they cannot be said in JSON.
    pub(crate) fn of(items: &AnswerItems) -> Option<Self> {
        let json = serde_json::value::to_raw_value(items.as_slice()).ok()?;
        Some(Self(Arc::new(Inner {
            digest: Sha256::digest(json.get()).into(),
            json,
            is_inspected: AtomicBool::new(false),
        })))
    }

    /// The array of them.
    pub(crate) fn as_json(&self) -> &RawValue {
        &self.0.json
    }

    /// SHA-256 of it.
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
