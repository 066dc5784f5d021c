//! Masks the personal data of one recommendation, in every text that is passed on.

use super::legible::{is_web_link, legible_part};
use super::receipt::Receipts;
use crate::payload::is_uuid_text;
use crate::pii::{self, Finding, Operators, Scanner, SubjectTerms, ValueKey};
use crate::recommendation::{Recommendation, Source, TextPart, UpstreamId};

/// What finds personal data, and what values are hashed with.
#[derive(Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) scanner: &'a Scanner,
    pub(super) subject: &'a SubjectTerms,
    pub(super) key: Option<&'a ValueKey>,
}

/// The recommendation with its personal data masked.
pub(super) struct Cleaned {
    pub(super) recommendation: Recommendation,
    /// One for each find.
    pub(super) receipts: Receipts,
}

/// Masks every text of `raw`. If its identifier itself is personal data there are only the
/// receipts: masked, it would no longer identify anything.
pub(super) fn clean(raw: Recommendation, search: Search<'_>) -> Result<Cleaned, Receipts> {
    let mut cleaner = Cleaner {
        search,
        receipts: Receipts::default(),
    };
    if cleaner.drops(raw.id.as_str(), "/id") {
        return Err(cleaner.receipts);
    }
    let recommendation = Recommendation {
        parts: raw
            .parts
            .into_iter()
            .map(|part| cleaner.part(part))
            .collect(),
        source: cleaner.source(raw.source),
        ..raw
    };
    Ok(Cleaned {
        recommendation,
        receipts: cleaner.receipts,
    })
}

impl Search<'_> {
    /// Whether an identifier may be passed on.
    pub(super) fn is_clean(&self, id: &UpstreamId) -> bool {
        self.in_identifier(id.as_str()).is_empty()
    }

    /// A UUID is random by construction; digits in it that look like a phone number are chance.
    fn in_identifier(&self, id: &str) -> Vec<Finding> {
        match is_uuid_text(id) {
            true => Vec::new(),
            false => self.scanner.scan(id, self.subject),
        }
    }

    fn operators(&self) -> &Operators {
        &self.scanner.policy().operators
    }

    fn receipts(&self, text: &str, findings: &[Finding]) -> Vec<pii::Receipt> {
        pii::receipts(text, findings, self.operators(), self.key)
    }
}

struct Cleaner<'a> {
    search: Search<'a>,
    receipts: Receipts,
}

impl Cleaner<'_> {
    fn part(&mut self, part: TextPart) -> TextPart {
        let part = legible_part(part);
        let part = TextPart {
            pointer: self.pointer(part.pointer),
            ..part
        };
        let search = self.search;
        let findings = search.scanner.scan(&part.text, search.subject);
        if findings.is_empty() {
            return part;
        }
        let receipts = search.receipts(&part.text, &findings);
        self.receipts.note(&part.pointer, receipts);
        let masked = pii::mask_with(&part.text, &findings, search.operators(), search.key);
        // A highlight whose end was masked away points at nothing the reader can see.
        let highlight = part
            .highlight
            .and_then(|range| Some(masked.map_offset(range.start)?..masked.map_offset(range.end)?));
        TextPart {
            highlight,
            text: masked.into_text(),
            ..part
        }
    }

    /// Where a text stood in its entity: mostly the platform's own names, but the members of some
    /// objects are named by whoever filled them.
    fn pointer(&mut self, pointer: String) -> String {
        let search = self.search;
        let findings = search.scanner.scan(&pointer, search.subject);
        if findings.is_empty() {
            return pointer;
        }
        let masked = pii::mask(&pointer, &findings).into_text();
        let receipts = pii::receipts(&pointer, &findings, &Operators::default(), search.key);
        self.receipts.note(&format!("{masked}#"), receipts);
        masked
    }

    /// Identifiers and links are not masked but left out: half a link leads nowhere.
    fn source(&mut self, source: Source) -> Source {
        let uri = source.uri.filter(|uri| is_web_link(uri));
        let uri = uri.filter(|uri| {
            let findings = self.search.scanner.scan(uri, self.search.subject);
            self.left_out(uri, &findings, "/source/uri");
            findings.is_empty()
        });
        Source {
            knowledge_base_id: self
                .identifier(source.knowledge_base_id, "/source/knowledge_base_id"),
            document_id: self.identifier(source.document_id, "/source/document_id"),
            version_id: self.identifier(source.version_id, "/source/version_id"),
            uri,
            origin: source.origin,
        }
    }

    fn identifier(&mut self, id: Option<UpstreamId>, pointer: &str) -> Option<UpstreamId> {
        id.filter(|id| !self.drops(id.as_str(), pointer))
    }

    /// Whether an identifier is not passed on.
    fn drops(&mut self, id: &str, pointer: &str) -> bool {
        let findings = self.search.in_identifier(id);
        self.left_out(id, &findings, pointer);
        !findings.is_empty()
    }

    fn left_out(&mut self, text: &str, findings: &[Finding], pointer: &str) {
        if !findings.is_empty() {
            let receipts = self.search.receipts(text, findings);
            self.receipts.note_dropped(pointer, receipts);
        }
    }
}
