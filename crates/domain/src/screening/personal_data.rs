//! Masks the personal data of one recommendation, in every text that is passed on.

use super::legible::{is_web_link, legible_part};
use crate::payload::is_uuid_text;
use crate::pii::{self, Scanner, SubjectTerms};
use crate::recommendation::{Recommendation, Source, TextPart, UpstreamId};

/// The recommendation with its personal data masked.
pub(super) struct Cleaned {
    pub(super) recommendation: Recommendation,
    pub(super) findings: u32,
}

/// Masks every text of `raw`. `None` if its identifier itself is personal data: masked, it would
/// no longer identify anything.
pub(super) fn clean(
    raw: Recommendation,
    scanner: &Scanner,
    subject: &SubjectTerms,
) -> Option<Cleaned> {
    if !is_clean(&raw.id, scanner, subject) {
        return None;
    }
    let mut cleaner = Cleaner {
        scanner,
        subject,
        findings: 0,
    };
    let recommendation = Recommendation {
        parts: raw
            .parts
            .into_iter()
            .map(|part| cleaner.part(part))
            .collect(),
        source: cleaner.source(raw.source),
        ..raw
    };
    Some(Cleaned {
        recommendation,
        findings: cleaner.findings,
    })
}

/// Whether an identifier may be passed on. A UUID is random by construction; digits in it that
/// look like a phone number are chance.
pub(super) fn is_clean(id: &UpstreamId, scanner: &Scanner, subject: &SubjectTerms) -> bool {
    is_uuid_text(id.as_str()) || scanner.scan(id.as_str(), subject).is_empty()
}

struct Cleaner<'a> {
    scanner: &'a Scanner,
    subject: &'a SubjectTerms,
    findings: u32,
}

impl Cleaner<'_> {
    fn part(&mut self, part: TextPart) -> TextPart {
        let part = legible_part(part);
        let part = TextPart {
            pointer: self.pointer(part.pointer),
            ..part
        };
        let findings = self.scanner.scan(&part.text, self.subject);
        if findings.is_empty() {
            return part;
        }
        self.findings += findings.len() as u32;
        let masked = pii::mask(&part.text, &findings);
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
        let findings = self.scanner.scan(&pointer, self.subject);
        self.findings += findings.len() as u32;
        if findings.is_empty() {
            return pointer;
        }
        pii::mask(&pointer, &findings).into_text()
    }

    /// Identifiers and links are not masked but left out: half a link leads nowhere.
    fn source(&mut self, source: Source) -> Source {
        let uri = source.uri.filter(|uri| is_web_link(uri));
        let uri = uri.filter(|uri| {
            let findings = self.scanner.scan(uri, self.subject).len() as u32;
            self.findings += findings;
            findings == 0
        });
        Source {
            knowledge_base_id: self.identifier(source.knowledge_base_id),
            document_id: self.identifier(source.document_id),
            version_id: self.identifier(source.version_id),
            uri,
            origin: source.origin,
        }
    }

    fn identifier(&mut self, id: Option<UpstreamId>) -> Option<UpstreamId> {
        let id = id?;
        if !is_clean(&id, self.scanner, self.subject) {
            self.findings += 1;
            return None;
        }
        Some(id)
    }
}
