//! Runs the rules over a text and settles what they found.
//!
//! The scanner owns the order of work: skip texts without a trigger, fold, apply the rules,
//! resolve overlaps, and look again with the finds masked until nothing new turns up.

use std::{fmt, ops::Range, sync::Arc};

use crate::{
    allow::{Allowed, Contacts},
    clean_texts::CleanTexts,
    context::{CueIndex, lexicon},
    entity::Entity,
    explain::{Considered, Explanation, Outcome},
    finding::{Confidence, Finding, resolve_overlaps},
    mask::{MaskedText, mask},
    policy::{Mistakes, Policy, PolicyError},
    rules::{Candidate, Rules, own::OwnRules, subject::SubjectTerms},
    trigger::Trigger,
    view::{
        View,
        focus::{NEAR, far_from},
        folded::Folded,
        masked::MaskTags,
        readings::{Reading, readings},
    },
};

/// Looks are bounded so that no text can make scanning slower than linear. The second look is
/// there to confirm the first, and a third is rare. Finds cannot free each other in long chains:
/// what a neighbour forbids is forbidden by the neighbour on the other side as well, and a context
/// word reaches past a handful of masked values at most.
const MOST_LOOKS: usize = 8;

/// Finds personal data in text.
///
/// Build it once and share it: it is immutable, `Send` and `Sync`, and cheap to clone.
///
/// ```
/// use agent_assist_pii::{Entity, Scanner, SubjectTerms};
///
/// let findings = Scanner::new().scan("card 4111 1111 1111 1111", &SubjectTerms::none());
/// assert_eq!(findings[0].entity, Entity::CreditCard);
/// assert_eq!((findings[0].start, findings[0].end), (5, 24));
/// ```
#[derive(Clone)]
pub struct Scanner {
    parts: Arc<Parts>,
    /// Of one that remembers.
    clean: Option<Arc<CleanTexts>>,
}

struct Parts {
    policy: Policy,
    mask_tags: MaskTags,
    cues: CueIndex,
    rules: Rules,
    own: OwnRules,
    allowed: Allowed,
}

impl Scanner {
    /// A scanner with the built-in rules, all of them.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Policy::default(), OwnRules::default())
    }

    /// A scanner that looks for what `policy` wants.
    ///
    /// # Errors
    /// If the policy has mistakes: see [`Policy::check`].
    pub fn with_policy(policy: Policy) -> Result<Self, PolicyError> {
        policy.check()?;
        let mut mistakes = Mistakes::default();
        let own = OwnRules::compile(&policy.rules, &mut mistakes);
        mistakes.into_result()?;
        Ok(Self::of(policy, own))
    }

    fn of(policy: Policy, own: OwnRules) -> Self {
        Self {
            parts: Arc::new(Parts {
                mask_tags: MaskTags::new(policy.rules.iter().map(|rule| rule.entity.as_str())),
                cues: CueIndex::new(lexicon()),
                rules: Rules::new(&policy.phone_regions, |entity| policy.wants(entity)),
                own,
                allowed: Allowed::new(&policy.allow),
                policy,
            }),
            clean: None,
        }
    }

    /// The same scanner, which remembers in which texts it found nothing: it comes to the same findings,
    /// and what comes again costs a hash. It and its clones remember together; one with another policy
    /// shares nothing with them.
    ///
    /// What is remembered are some 30,000 hashes under `key`, which must be random and known to nobody:
    /// no text, and nothing of those in which something was found. Subject terms are looked for each time.
    ///
    /// ```
    /// use agent_assist_pii::{Scanner, SubjectTerms};
    ///
    /// // From the system's source of randomness in earnest.
    /// let scanner = Scanner::new().remembering([7; 16]);
    /// let text = "Crystal may return item 12 within 30 days.";
    /// assert!(scanner.scan(text, &SubjectTerms::none()).is_empty());
    /// assert_eq!(scanner.scan(text, &SubjectTerms::new(["Crystal"])).len(), 1);
    /// ```
    #[must_use]
    pub fn remembering(self, key: [u8; 16]) -> Self {
        Self {
            clean: Some(Arc::new(CleanTexts::new(key))),
            ..self
        }
    }

    /// What this scanner looks for.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.parts.policy
    }

    /// Everything personal in `text`, sorted by start, without overlaps.
    ///
    /// `subject` holds what is known of the customer the text is about; its terms are found too.
    #[must_use]
    pub fn scan(&self, text: &str, subject: &SubjectTerms) -> Vec<Finding> {
        let Some(clean) = &self.clean else {
            return self.scan_anew(text, subject);
        };
        let hash = clean.hash(text);
        // Where no rule finds anything, all that can be found are terms.
        if clean.contain(hash) && self.scan_for(text, subject, None).is_empty() {
            return Vec::new();
        }
        let findings = self.scan_anew(text, subject);
        if findings.is_empty() {
            clean.insert(hash);
        }
        findings
    }

    fn scan_anew(&self, text: &str, subject: &SubjectTerms) -> Vec<Finding> {
        let rules = self.rules_for(&self.parts.rules, || Trigger::of(text));
        self.scan_for(text, subject, rules)
    }

    /// What `rules` and the terms of `subject` find in `text`.
    fn scan_for(
        &self,
        text: &str,
        subject: &SubjectTerms,
        rules: Option<Asked<'_>>,
    ) -> Vec<Finding> {
        let wanted = Wanted { subject, rules };
        if wanted.is_nothing() {
            return Vec::new();
        }
        let (folded, _) = self.folded(text, &[]);
        self.find(text, folded, &wanted, |_| ())
    }

    /// Everything that was considered in `text`, and what became of it. Takes longer than
    /// [`scan`](Self::scan) and comes to the same findings.
    ///
    /// ```
    /// use agent_assist_pii::{Outcome, Scanner, SubjectTerms};
    ///
    /// let text = "card 4111 1111 1111 1111";
    /// let explanation = Scanner::new().explain(text, &SubjectTerms::none());
    /// let card = &explanation.considered[0];
    /// assert_eq!(card.outcome, Outcome::Found);
    /// assert_eq!(card.cue.clone().map(|cue| &text[cue]), Some("card"));
    /// ```
    #[must_use]
    pub fn explain(&self, text: &str, subject: &SubjectTerms) -> Explanation {
        let (folded, masks) = self.folded(text, &[]);
        let mut explanation = Explanation::default();
        // Rules that the policy does not want are asked as well, to say so.
        let rules = Rules::new(&self.parts.policy.phone_regions, |_| true);
        let note = |looked: Vec<Considered>| explanation.note(looked);
        let wanted = Wanted {
            subject,
            rules: Some(Asked::All(&rules)),
        };
        self.find(text, folded, &wanted, note);
        explanation.masked = masks;
        explanation
    }

    /// What is found of everything `wanted` in `text`, which is `folded` with its masks. Every
    /// look is noted.
    ///
    /// Masking a find can bring a context word nearer to a number, or part two numbers that
    /// shielded each other. So the masked text is looked at again, in the neighbourhood of what was
    /// masked last, until nothing is left in it: what comes out scans clean.
    fn find(
        &self,
        text: &str,
        folded: Folded<'_>,
        wanted: &Wanted<'_>,
        mut note: impl FnMut(Vec<Considered>),
    ) -> Vec<Finding> {
        let mut considered = self.look(folded, wanted);
        let mut fresh = settled(&mut considered);
        note(considered);
        let mut findings = Vec::new();
        for _ in 1..MOST_LOOKS {
            if fresh.is_empty() {
                break;
            }
            let last = std::mem::take(&mut fresh);
            findings.extend(last.iter().cloned());
            let output = mask(text, &findings);
            let mut considered = self.look_around(&output, &last, wanted);
            fresh = settled(&mut considered);
            note(considered);
        }
        findings.extend(fresh);
        resolve_overlaps(findings)
    }

    /// Looks at a masked text where it was masked `last`, and tells places in the text it was made
    /// of.
    fn look_around(
        &self,
        output: &MaskedText,
        last: &[Finding],
        wanted: &Wanted<'_>,
    ) -> Vec<Considered> {
        let text = output.text();
        let place = |find: &Finding| {
            let edges = (output.map_offset(find.start), output.map_offset(find.end));
            match edges {
                (Some(start), Some(end)) => start..end,
                // Joined with another find.
                _ => 0..text.len(),
            }
        };
        let mut places: Vec<Range<usize>> = last.iter().map(place).collect();
        places.sort_unstable_by_key(|place| place.start);
        let far = far_from(text, places.iter().cloned());
        let (folded, _) = self.folded(text, &far);
        // Mostly nothing is left near them that could be a value.
        let wanted = Wanted {
            rules: wanted.rules.and_then(|rules| {
                self.rules_for(rules.rules(), || Trigger::near(&folded, &places))
            }),
            ..*wanted
        };
        if wanted.is_nothing() {
            return Vec::new();
        }
        let mut considered = self.look(folded, &wanted);
        considered.retain(|considered| is_near(considered, &places));
        for considered in &mut considered {
            let origin = output.origin_of(considered.start..considered.end);
            (considered.start, considered.end) = (origin.start, origin.end);
            considered.cue = considered.cue.take().map(|cue| output.origin_of(cue));
        }
        considered
    }

    /// `text` folded without what is too `far` to matter and what is masked already, and where in
    /// it the masks are.
    fn folded<'t>(&self, text: &'t str, far: &[Range<usize>]) -> (Folded<'t>, Vec<Range<usize>>) {
        let folded = Folded::new(text, far);
        let masks = self.parts.mask_tags.find(&folded);
        if masks.is_empty() {
            return (folded, masks);
        }
        let barred = folded.barred(&masks);
        let masks = masks.into_iter().map(|mask| folded.origin_of(mask));
        (barred, masks.collect())
    }

    /// One look at what of a text is not masked, for everything `wanted`.
    fn look(&self, text: Folded<'_>, wanted: &Wanted<'_>) -> Vec<Considered> {
        let mut considered = Vec::new();
        let readings = if wanted.is_secrets_alone() {
            // Nothing is there that could be read otherwise.
            vec![Reading::plain(text)]
        } else {
            readings(text)
        };
        for reading in readings {
            let text = reading.folded.as_str();
            let mut candidates = Vec::new();
            if let Some(asked) = wanted.rules {
                let view = View::new(&reading.folded, &self.parts.cues);
                let mut found = match asked {
                    Asked::Secrets(rules) => rules.find_secrets(&view),
                    Asked::All(rules) => rules.find(&view),
                };
                self.parts.own.find(&view, &mut found);
                candidates = found.candidates;
            }
            candidates.extend(wanted.subject.find(text).into_iter().map(subject_term));

            candidates.retain(|candidate| reading.accepts(candidate));
            let contacts = self.contacts(&candidates, text);
            for candidate in candidates {
                let outcome = self.outcome(&candidate, &contacts, text);
                considered.extend(consider(&candidate, &outcome, &reading));
            }
        }
        considered
    }

    /// Which of `rules` a text needs; all of them where there are rules of the user's own.
    fn rules_for<'r>(
        &self,
        rules: &'r Rules,
        trigger: impl FnOnce() -> Trigger,
    ) -> Option<Asked<'r>> {
        if !self.parts.own.is_empty() {
            return Some(Asked::All(rules));
        }
        match trigger() {
            Trigger::Nothing => None,
            Trigger::Secrets => Some(Asked::Secrets(rules)),
            Trigger::Anything => Some(Asked::All(rules)),
        }
    }

    /// Where in the view the organisation's own contacts stand.
    fn contacts(&self, candidates: &[Candidate], text: &str) -> Contacts {
        if self.parts.allowed.is_empty() {
            return Contacts::default();
        }
        let contacts = candidates
            .iter()
            .filter(|candidate| self.is_allowed(candidate, text))
            .map(|candidate| candidate.span.clone());
        Contacts::new(contacts.collect())
    }

    fn is_allowed(&self, candidate: &Candidate, text: &str) -> bool {
        let value = &text[candidate.span.clone()];
        self.parts.allowed.covers(&candidate.entity, value)
    }

    /// What becomes of a candidate, overlaps aside.
    fn outcome(&self, candidate: &Candidate, contacts: &Contacts, text: &str) -> Outcome {
        let policy = &self.parts.policy;
        let least = policy.threshold(&candidate.entity);
        if candidate.entity == Entity::SubjectTerm {
            Outcome::Found
        } else if !policy.wants(&candidate.entity) {
            Outcome::NotWanted
        } else if candidate.percent < least.percent() {
            Outcome::BelowThreshold { least }
        } else if contacts.hold(&candidate.span)
            && (!candidate.entity.is_credential() || self.is_allowed(candidate, text))
        {
            Outcome::Allowed
        } else {
            Outcome::Found
        }
    }
}

/// What is looked for.
#[derive(Clone, Copy)]
struct Wanted<'w> {
    subject: &'w SubjectTerms,
    /// `None` where a text holds nothing that any could find.
    rules: Option<Asked<'w>>,
}

/// Which rules are asked.
#[derive(Clone, Copy)]
enum Asked<'r> {
    Secrets(&'r Rules),
    All(&'r Rules),
}

impl<'r> Asked<'r> {
    fn rules(self) -> &'r Rules {
        match self {
            Self::Secrets(rules) | Self::All(rules) => rules,
        }
    }
}

impl Wanted<'_> {
    fn is_secrets_alone(&self) -> bool {
        self.subject.is_empty() && matches!(self.rules, Some(Asked::Secrets(_)))
    }

    fn is_nothing(&self) -> bool {
        self.subject.is_empty() && self.rules.is_none()
    }
}

/// Shows the policy, which redacts its entries; the tables behind it fill pages.
impl fmt::Debug for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scanner")
            .field("policy", &self.parts.policy)
            .finish_non_exhaustive()
    }
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new()
    }
}

fn subject_term(span: Range<usize>) -> Candidate {
    Candidate::new(&Entity::SubjectTerm, "subject", span, 100)
}

/// A candidate with its outcome and its place in the original text; one for each part of a number
/// that was split.
fn consider(candidate: &Candidate, outcome: &Outcome, reading: &Reading<'_>) -> Vec<Considered> {
    let cue = candidate
        .cue
        .clone()
        .map(|cue| reading.folded.origin_of(cue));
    let place = |origin: Range<usize>| Considered {
        entity: candidate.entity.clone(),
        detector: candidate.detector.clone(),
        start: origin.start,
        end: origin.end,
        confidence: Confidence::from_percent(candidate.percent),
        cue: cue.clone(),
        outcome: outcome.clone(),
    };
    let origins = reading.origins(candidate.span.clone());
    origins.into_iter().map(place).collect()
}

/// The finds among what was considered. The others are told which of them they overlap.
fn settled(considered: &mut [Considered]) -> Vec<Finding> {
    let found = considered
        .iter()
        .filter(|considered| considered.outcome == Outcome::Found)
        .map(Considered::finding)
        .collect();
    let found = resolve_overlaps(found);
    for considered in considered {
        considered.settle(&found);
    }
    found
}

/// Whether a candidate lies near one of `places`, which are sorted.
fn is_near(considered: &Considered, places: &[Range<usize>]) -> bool {
    let first = places.partition_point(|place| place.end + NEAR < considered.start);
    places
        .get(first)
        .is_some_and(|place| place.start <= considered.end + NEAR)
}
