//! The rules: each finds one kind of personal data in a view and says how sure it is.
//!
//! A family of identifiers is a table of [`IdRule`]s with the phrases that name them; what has no
//! fixed shape has a function of its own. Rules never decide: they propose, below the threshold
//! too, so that an explanation can tell what was considered.

mod card;
pub(crate) mod country;
mod email;
pub(crate) mod identifier;
mod leak;
pub(crate) mod own;
mod phone;
pub(crate) mod subject;

use std::ops::Range;

use crate::{
    context::{Context, Phrases},
    entity::Entity,
    finding::Detector,
    rules::{
        identifier::{IdRule, Identifiers},
        phone::Phones,
    },
    view::View,
};

/// The tables of identifiers.
pub(crate) const IDENTIFIERS: &[&[IdRule]] = country::RULES;

/// The phrases that name what the rules find, apart from those of countries.
pub(crate) const PHRASES: &[&[Phrases]] = &[card::PHRASES, phone::PHRASES];

/// What may be a find.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) entity: Entity,
    pub(crate) detector: Detector,
    /// Where, in the view it was found in.
    pub(crate) span: Range<usize>,
    /// 0 to 100.
    pub(crate) percent: u8,
    /// The words that decided, in the same view.
    pub(crate) cue: Option<Range<usize>>,
}

impl Candidate {
    pub(crate) fn new(
        entity: &Entity,
        detector: &'static str,
        span: Range<usize>,
        percent: u8,
    ) -> Self {
        Self {
            entity: entity.clone(),
            detector: Detector::built_in(detector),
            span,
            percent,
            cue: None,
        }
    }

    /// Notes the words that decided.
    pub(crate) fn in_context(mut self, context: Context<'_>) -> Self {
        self.cue = context.cue().map(|cue| cue.start..cue.end);
        self
    }
}

/// What the rules propose for one view.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) candidates: Vec<Candidate>,
}

impl Found {
    pub(crate) fn push(&mut self, candidate: Candidate) {
        if candidate.percent > 0 && !candidate.span.is_empty() {
            self.candidates.push(candidate);
        }
    }
}

/// Every rule in use.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    identifiers: Identifiers,
    phones: Phones,
}

impl Rules {
    /// The rules for the entities wanted.
    pub(crate) fn new(is_wanted: impl Fn(&Entity) -> bool) -> Self {
        Self {
            identifiers: Identifiers::new(IDENTIFIERS, is_wanted),
            phones: Phones::new(phone::HOME_REGIONS),
        }
    }

    /// Everything that any rule proposes for `view`.
    pub(crate) fn find(&self, view: &View<'_>) -> Found {
        let mut found = Found::default();
        self.identifiers.find(view, &mut found);
        self.phones.find(view, &mut found);
        for find in [card::find, email::find, leak::find] {
            find(view, &mut found);
        }
        found
    }
}
