//! The payload rules, field by field. Each check either yields its value or notes a violation and
//! goes on, so that a caller sees all mistakes at once.

use std::collections::{BTreeMap, HashSet};

use super::violation::{KnownIds, Rule, Violation, Violations};
use super::{
    CONFIDENCE_TOLERANCE, DEFAULT_LIMIT, FetchRequest, MAX_IDENTIFIER_CHARS, MAX_INTENTS,
    MAX_LIMIT, MAX_SUBJECT_TERMS, QUERY_CHARS, RawField, RawRequest,
};
use crate::dialect::Dialect;
use crate::person::Pseudonym;
use crate::pii::SubjectTerms;

/// The list of knowledge sources.
const SOURCES: &str = "knowledge_source_ids";
/// Characters a member of a comma separated list must not hold.
const SEPARATOR: char = ',';
/// Largest offset: far beyond any real listing, and safe in every integer type downstream.
const MAX_OFFSET: u32 = 1_000_000;
/// Longest subject term, in characters.
const MAX_SUBJECT_TERM_CHARS: usize = 200;

pub(super) fn check(raw: RawRequest, dialect: Dialect) -> Result<FetchRequest, Violations> {
    let mut notes = Notes::default();
    let conversation_id = notes.required("conversation_id", raw.conversation_id);
    let unfit = |id: &String| dialect == Dialect::Suggestions && !is_uuid(id);
    if conversation_id.as_ref().is_some_and(unfit) {
        notes.add(
            "conversation_id",
            Rule::Uuid,
            "the suggestions dialect needs a UUID such as 8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88",
        );
    }
    let session_id = match (dialect, raw.session_id) {
        // The platform has no session; the conversation is the nearest thing.
        (Dialect::Suggestions, RawField::Absent) => conversation_id.clone(),
        (_, session_id) => notes.required("session_id", session_id),
    };
    let intent_confidence = notes.intents(raw.intent_confidence);
    // A list that was no list is told as a misfit; that it is empty too would be noise.
    let misfit = raw.misfits.iter().any(|misfit| misfit.field == SOURCES);
    let required = dialect == Dialect::Recommendations && !misfit;
    let knowledge_source_ids = notes.sources(raw.knowledge_source_ids, required);
    let limit = notes.whole("limit", raw.limit, (1, MAX_LIMIT), DEFAULT_LIMIT);
    let offset = notes.whole("offset", raw.offset, (0, MAX_OFFSET), 0);
    let min_relevance = notes.fraction("min_relevance", raw.min_relevance);
    let agent_id = notes.person("agent_id", raw.agent_id);
    let customer_id = notes.person("customer_id", raw.customer_id);
    let queue_id = notes.optional("queue_id", raw.queue_id);
    let query = notes.query(raw.query);
    let subject_terms = notes.subject_terms(raw.subject_terms);
    notes.0.extend(raw.misfits);

    match (session_id, conversation_id) {
        (Some(session_id), Some(conversation_id)) if notes.0.is_empty() => Ok(FetchRequest {
            session_id,
            conversation_id,
            intent_confidence,
            knowledge_source_ids,
            limit,
            offset,
            min_relevance,
            agent_id,
            customer_id,
            queue_id,
            query,
            subject_terms,
        }),
        (session_id, conversation_id) => {
            let known = KnownIds {
                session_id,
                conversation_id: conversation_id.filter(|id| !unfit(id)),
                agent_id,
                customer_id,
                queue_id,
            };
            Err(Violations::new(notes.0, known))
        }
    }
}

/// The violations noted so far.
#[derive(Default)]
pub(super) struct Notes(pub(super) Vec<Violation>);

impl Notes {
    pub(super) fn add(&mut self, field: &str, rule: Rule, message: impl Into<String>) {
        self.0.push(Violation::new(field, rule, message));
    }

    pub(super) fn required(&mut self, field: &str, raw: RawField) -> Option<String> {
        if raw == RawField::Absent {
            self.add(field, Rule::Required, "is required");
            return None;
        }
        self.optional(field, raw)
    }

    pub(super) fn optional(&mut self, field: &str, raw: RawField) -> Option<String> {
        let text = self.text(field, raw)?;
        self.identifier(field, &text, None).then_some(text)
    }

    /// Somebody's identifier. What has the form of a pseudonym is one, and nobody is called so.
    pub(super) fn person(&mut self, field: &str, raw: RawField) -> Option<String> {
        let id = self.optional(field, raw)?;
        if Pseudonym::parse(&id).is_none() {
            return Some(id);
        }
        self.add(
            field,
            Rule::Reserved,
            "must be an identifier, not a pseudonym of the audit log",
        );
        None
    }

    fn text(&mut self, field: &str, raw: RawField) -> Option<String> {
        match raw {
            RawField::Absent => None,
            RawField::Text(text) => Some(text),
            RawField::Number(_) => {
                self.add(field, Rule::Type, "must be text, not a number");
                None
            }
            RawField::WrongType(found) => {
                self.add(field, Rule::Type, format!("must be text, not {found}"));
                None
            }
        }
    }

    /// 1..=128 characters, none of them a control character or `banned`.
    fn identifier(&mut self, field: &str, text: &str, banned: Option<char>) -> bool {
        let before = self.0.len();
        self.length(field, text, (1, MAX_IDENTIFIER_CHARS));
        let bad = |c: char| c.is_control() || Some(c) == banned;
        if let Some(position) = text.chars().position(bad) {
            let what = if banned.is_some() {
                "must hold no comma (it is the separator) and no control characters"
            } else {
                "must hold no control characters"
            };
            let length = text.chars().count();
            self.add(
                field,
                Rule::Character,
                format!("{what}; the first is at position {position} of {length} characters"),
            );
        }
        self.0.len() == before
    }

    fn length(&mut self, field: &str, text: &str, (least, most): (usize, usize)) {
        let length = text.chars().count();
        if !(least..=most).contains(&length) {
            self.add(
                field,
                Rule::Length,
                format!("must have {least} to {most} characters, has {length}"),
            );
        }
    }

    fn number(&mut self, field: &str, raw: RawField) -> Option<f64> {
        match raw {
            RawField::Absent => None,
            RawField::Number(number) if number.is_finite() => Some(number),
            RawField::Number(_) => {
                self.add(field, Rule::Number, "must be a finite number");
                None
            }
            RawField::Text(text) => match text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => Some(number),
                Ok(_) => {
                    self.add(field, Rule::Number, "must be a finite number");
                    None
                }
                Err(_) => {
                    let length = text.chars().count();
                    let position = text.chars().position(|c| !is_numeric(c)).unwrap_or(0);
                    self.add(
                        field,
                        Rule::Number,
                        format!(
                            "must be a number; the text has {length} characters, the first \
                             that belongs to no number is at position {position}"
                        ),
                    );
                    None
                }
            },
            RawField::WrongType(found) => {
                self.add(field, Rule::Type, format!("must be a number, not {found}"));
                None
            }
        }
    }

    fn whole(&mut self, field: &str, raw: RawField, range: (u32, u32), default: u32) -> u32 {
        let given = raw != RawField::Absent;
        let Some(number) = self.number(field, raw) else {
            debug_assert!(!given || !self.0.is_empty(), "an unusable number was noted");
            return default;
        };
        let (least, most) = range;
        if number.fract() != 0.0 {
            self.add(
                field,
                Rule::WholeNumber,
                format!("must be a whole number, is {number}"),
            );
        } else if !(f64::from(least)..=f64::from(most)).contains(&number) {
            self.add(
                field,
                Rule::Range,
                format!("must be between {least} and {most}, is {number}"),
            );
        } else {
            // In range and whole, so the conversion is exact.
            return number as u32;
        }
        default
    }

    fn fraction(&mut self, field: &str, raw: RawField) -> Option<f64> {
        let number = self.number(field, raw)?;
        if (0.0..=1.0).contains(&number) {
            // Not -0.0, which would print and hash as another number.
            return Some(number.abs());
        }
        self.add(
            field,
            Rule::Range,
            format!("must be between 0 and 1, is {number}"),
        );
        None
    }

    fn intents(&mut self, raw: Vec<(String, RawField)>) -> BTreeMap<String, f64> {
        const FIELD: &str = "intent_confidence";
        if raw.len() > MAX_INTENTS {
            let message = format!(
                "must name at most {MAX_INTENTS} intents, names {}",
                raw.len()
            );
            self.add(FIELD, Rule::Length, message);
            return BTreeMap::new();
        }
        let mut intents = BTreeMap::new();
        for (position, (name, confidence)) in raw.into_iter().enumerate() {
            let field = format!("{FIELD}[{position}]");
            let named = self.identifier(&field, &name, None);
            if confidence == RawField::Absent {
                self.add(&field, Rule::Required, "needs a confidence between 0 and 1");
            }
            let Some(confidence) = self.fraction(&field, confidence) else {
                continue;
            };
            if named && intents.insert(name, confidence).is_some() {
                self.add(
                    &field,
                    Rule::Repeated,
                    "names an intent that was already given",
                );
            }
        }
        let sum: f64 = intents.values().sum();
        if sum > 1.0 + CONFIDENCE_TOLERANCE {
            self.add(
                FIELD,
                Rule::Sum,
                format!("must add up to at most 1, adds up to {sum}"),
            );
        }
        intents
    }

    fn sources(&mut self, raw: Vec<RawField>, required: bool) -> Vec<String> {
        if raw.is_empty() && required {
            self.add(
                SOURCES,
                Rule::Required,
                "needs at least one knowledge source",
            );
        }
        let mut seen = HashSet::new();
        let mut sources = Vec::with_capacity(raw.len());
        for (position, raw) in raw.into_iter().enumerate() {
            let field = format!("{SOURCES}[{position}]");
            if raw == RawField::Absent {
                self.add(&field, Rule::Required, "must not be null");
            }
            let Some(id) = self.text(&field, raw) else {
                continue;
            };
            if self.identifier(&field, &id, Some(SEPARATOR)) && seen.insert(id.clone()) {
                sources.push(id);
            }
        }
        sources
    }

    fn query(&mut self, raw: RawField) -> Option<String> {
        let text = self.text("query", raw)?;
        self.length("query", &text, QUERY_CHARS);
        Some(text)
    }

    fn subject_terms(&mut self, raw: Vec<RawField>) -> SubjectTerms {
        const FIELD: &str = "subject_terms";
        if raw.len() > MAX_SUBJECT_TERMS {
            let message = format!(
                "must be at most {MAX_SUBJECT_TERMS} terms, are {}",
                raw.len()
            );
            self.add(FIELD, Rule::Length, message);
            return SubjectTerms::none();
        }
        let mut terms = Vec::with_capacity(raw.len());
        for (position, raw) in raw.into_iter().enumerate() {
            let field = format!("{FIELD}[{position}]");
            let Some(term) = self.text(&field, raw) else {
                continue;
            };
            self.length(&field, &term, (2, MAX_SUBJECT_TERM_CHARS));
            terms.push(term);
        }
        SubjectTerms::new(terms)
    }
}

fn is_numeric(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | 'e' | 'E' | ' ')
}

/// Whether `text` keeps the rule of every plain identifier: 1..=128 characters, no control
/// characters among them.
pub fn is_identifier(text: &str) -> bool {
    Notes::default().identifier("", text, None)
}

/// The usual 8-4-4-4-12 form; other spellings of a UUID are not what the platform prints.
pub(crate) fn is_uuid(text: &str) -> bool {
    const DASHES: [usize; 4] = [8, 13, 18, 23];
    let Ok(bytes) = <&[u8; 36]>::try_from(text.as_bytes()) else {
        return false;
    };
    // Without a branch a byte: identifiers are looked at by the hundred.
    let digits = bytes.iter().filter(|byte| byte.is_ascii_hexdigit()).count();
    digits + DASHES.len() == bytes.len() && DASHES.iter().all(|at| bytes[*at] == b'-')
}
