//! The rules: each finds one kind of personal data in a view and says how sure it is.
//!
//! A family of identifiers is a table of [`IdRule`]s with the phrases that name them; what has no
//! fixed shape has a function of its own. Rules never decide: they propose, below the threshold
//! too, so that an explanation can tell what was considered.

mod account;
mod bank;
mod before;
mod birth;
mod card;
mod code;
pub(crate) mod country;
mod credential;
mod crypto;
mod decoy;
mod echo;
mod email;
mod expiry;
pub(crate) mod identifier;
mod label;
mod leak;
mod network;
pub(crate) mod own;
mod password;
pub(crate) mod phone;
mod placeholder;
mod postcode;
mod private_key;
mod reply;
mod secret_text;
mod secret_url;
pub(crate) mod subject;
mod vendor_key;

use std::ops::Range;

use crate::{
    context::{Context, Phrases},
    entity::Entity,
    finding::Detector,
    policy::Locale,
    rules::{
        identifier::{IdRule, Identifiers},
        phone::Phones,
    },
    view::{View, focus::joined},
};

/// The tables of identifiers, family by family.
pub(crate) const IDENTIFIERS: &[&[&[IdRule]]] = &[country::RULES, &[bank::RULES]];

/// The phrases that name what the rules find, apart from those of countries.
pub(crate) const PHRASES: &[&[Phrases]] = &[
    account::PHRASES,
    bank::PHRASES,
    birth::PHRASES,
    card::PHRASES,
    code::PHRASES,
    credential::PHRASES,
    crypto::PHRASES,
    email::PHRASES,
    expiry::PHRASES,
    network::PHRASES,
    password::PHRASES,
    phone::PHRASES,
    postcode::PHRASES,
    private_key::PHRASES,
];

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

    /// Drops what is less than nearly certain and touches something that is no personal data.
    fn drop_decoys(&mut self, view: &View<'_>) {
        let is_safe = |candidate: &Candidate| candidate.percent >= decoy::CERTAIN_ENOUGH;
        let unsafe_ones = self
            .candidates
            .iter()
            .filter(|candidate| !is_safe(candidate));
        let places: Vec<_> = unsafe_ones
            .map(|candidate| candidate.span.clone())
            .collect();
        if places.is_empty() {
            return;
        }
        let mut decoys = decoy::find(view, &joined(places));
        decoys.sort_unstable_by_key(|decoy| decoy.start);
        self.candidates.retain(|candidate| {
            // Those that end behind the candidate's start; the first of them is the nearest.
            let next = decoys.partition_point(|decoy| decoy.end <= candidate.span.start);
            let touches = decoys
                .get(next)
                .is_some_and(|decoy| decoy.start < candidate.span.end);
            is_safe(candidate) || !touches
        });
    }
}

/// Every rule in use.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    identifiers: Identifiers,
    /// `None` if telephone numbers are not wanted.
    phones: Option<Phones>,
}

impl Rules {
    /// The rules for the entities wanted, with telephone numbers of these home regions; of the
    /// usual ones if there are none.
    pub(crate) fn new(phone_regions: &[Locale], is_wanted: impl Fn(&Entity) -> bool) -> Self {
        Self {
            phones: is_wanted(&Entity::PhoneNumber).then(|| Phones::new(phone_regions)),
            identifiers: Identifiers::new(IDENTIFIERS, is_wanted),
        }
    }

    /// What the rules of secrets propose for `view`: those that need no digit.
    pub(crate) fn find_secrets(&self, view: &View<'_>) -> Found {
        let mut found = Found::default();
        for find in [
            credential::find,
            password::find,
            private_key::find,
            secret_url::find,
        ] {
            find(view, &mut found);
        }
        echo::find(view, &mut found);
        found.drop_decoys(view);
        found
    }

    /// Everything that any rule proposes for `view`.
    pub(crate) fn find(&self, view: &View<'_>) -> Found {
        let mut found = Found::default();
        self.identifiers.find(view, &mut found);
        if let Some(phones) = &self.phones {
            phones.find(view, &mut found);
        }
        for find in [
            account::find,
            bank::find,
            birth::find,
            card::find,
            code::find,
            credential::find,
            crypto::find,
            email::find,
            expiry::find,
            leak::find,
            network::find,
            password::find,
            postcode::find,
            private_key::find,
            secret_url::find,
            vendor_key::find,
        ] {
            find(view, &mut found);
        }
        echo::find(view, &mut found);
        found.drop_decoys(view);
        found
    }
}
