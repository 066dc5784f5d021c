//! Picks from a batch what a request asked for: no duplicates, nothing dismissed, the right
//! sources, the right window. Relevance and personal data are [`screening`](crate::screening)'s.
//!
//! In the recommendations dialect the upstream has filtered and paged already, so only duplicates
//! and a surplus over the limit are left to remove. In the suggestions dialect everything of a
//! conversation arrives and all of it happens here. Since screening follows, an answer may be
//! shorter than its limit in either dialect.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

use crate::batch::Batch;
use crate::dialect::Dialect;
use crate::payload::FetchRequest;
use crate::recommendation::{Recommendation, State};

/// The items to screen, and how many were set aside for which reason.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// What is left, to be screened.
    pub items: Vec<Arc<Recommendation>>,
    /// Repeats of an identifier already seen.
    pub duplicates: u32,
    /// Dismissed or failed upstream.
    pub state_filtered: u32,
    /// From a knowledge base that was not asked for.
    pub source_filtered: u32,
    /// Outside the window: skipped by the offset or beyond the limit.
    pub over_limit: u32,
}

/// Selects what `request` asked for from what `dialect` brought.
pub fn select(batch: &Batch, request: &FetchRequest, dialect: Dialect) -> Selection {
    let mut seen = HashSet::new();
    let mut selection = Selection::default();
    let mut items: Vec<&Arc<Recommendation>> = Vec::with_capacity(batch.items.len());
    for item in &batch.items {
        if !seen.insert(&item.id) {
            selection.duplicates += 1;
        } else if matches!(item.state, Some(State::Dismissed | State::Failed)) {
            selection.state_filtered += 1;
        } else if dialect == Dialect::Suggestions && names_another_source(item, request) {
            selection.source_filtered += 1;
        } else {
            items.push(item);
        }
    }
    let offset = match dialect {
        Dialect::Recommendations => 0,
        Dialect::Suggestions => {
            // Stable: the upstream's order among equals; undated entities come last.
            items.sort_by_key(|item| Reverse(item.created_at));
            request.offset() as usize
        }
    };
    let candidates = items.len();
    selection.items = items
        .into_iter()
        .skip(offset)
        .take(request.limit() as usize)
        .cloned()
        .collect();
    selection.over_limit = (candidates - selection.items.len()) as u32;
    selection
}

/// Whether `item` says that it belongs to a knowledge base outside the request. One that names
/// none is kept: canned responses and scripts belong to no knowledge base.
fn names_another_source(item: &Recommendation, request: &FetchRequest) -> bool {
    let wanted = request.knowledge_source_ids();
    match &item.source.knowledge_base_id {
        Some(id) if !wanted.is_empty() => !wanted.iter().any(|w| w == id.as_str()),
        _ => false,
    }
}
