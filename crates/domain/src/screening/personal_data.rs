//! Masks the personal data of one recommendation, in every text that is passed on.

use std::collections::HashSet;

use super::legible::{is_web_link, legible_part};
use super::receipt::Receipts;
use crate::payload::is_uuid_text;
use crate::pii::{self, Finding, Operators, Scanner, SubjectTerms, ValueKey};
use crate::recommendation::{Recommendation, Role, Source, TextPart, UpstreamId, body_of};

/// How often the body is read as one text. What is masked once cannot come up again, so that a second
/// look finds something is rare.
const MOST_LOOKS: usize = 4;

/// Longest name of a field.
const MAX_FIELD_NAME: usize = 64;

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

/// Pointers in which nothing was found in one run: most recommendations of a batch have the same.
#[derive(Default)]
pub(super) struct CleanPointers(HashSet<String>);

/// Masks every text of `raw`. If its identifier itself is personal data there are only the
/// receipts: masked, it would no longer identify anything. `clean_pointers` are those of this search.
pub(super) fn clean(
    raw: Recommendation,
    search: Search<'_>,
    clean_pointers: &mut CleanPointers,
) -> Result<Cleaned, Receipts> {
    let mut cleaner = Cleaner {
        search,
        clean_pointers,
        receipts: Receipts::default(),
    };
    if cleaner.drops(raw.id.as_str(), "/id") {
        return Err(cleaner.receipts);
    }
    let parts = raw
        .parts
        .into_iter()
        .map(|part| cleaner.part(part))
        .collect();
    let recommendation = Recommendation {
        parts: cleaner.seams(parts),
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

    /// In the whole of a link, and in the value of each of its parameters by itself: what stands
    /// around it in a link is no context that speaks against it.
    fn in_link(&self, uri: &str) -> Vec<Finding> {
        let findings = self.scanner.scan(uri, self.subject);
        if !findings.is_empty() {
            return findings;
        }
        let parameters = uri.find(['?', '#']).unwrap_or(uri.len());
        let mut begins = parameters;
        let mut found = Vec::new();
        for value in uri[parameters..].split(['?', '#', '&', ';', '=']) {
            let moved = |find: Finding| Finding {
                start: find.start + begins,
                end: find.end + begins,
                ..find
            };
            found.extend(self.in_identifier(value).into_iter().map(moved));
            begins += value.len() + 1;
        }
        found
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
    clean_pointers: &'a mut CleanPointers,
    receipts: Receipts,
}

impl Cleaner<'_> {
    fn part(&mut self, part: TextPart) -> TextPart {
        let part = legible_part(part);
        let part = TextPart {
            pointer: self.pointer(part.pointer),
            ..part
        };
        let findings = self.search.scanner.scan(&part.text, self.search.subject);
        self.mask(part, &findings)
    }

    /// Masks what only shows when the body is read as one text, as an answer gives it: a number whose
    /// label ends the text before it, a number in two halves.
    fn seams(&mut self, mut parts: Vec<TextPart>) -> Vec<TextPart> {
        let is_body = |part: &TextPart| part.role == Role::Body;
        if parts.iter().filter(|part| is_body(part)).count() < 2 {
            return parts;
        }
        for _ in 0..MOST_LOOKS {
            let body = body_of(&parts);
            let findings = self.search.scanner.scan(&body, self.search.subject);
            if findings.is_empty() {
                break;
            }
            let mut begins = 0;
            for part in parts.iter_mut().filter(|part| is_body(part)) {
                let ends = begins + part.text.len();
                let within = findings.iter().filter_map(|find| cut(find, begins, ends));
                let within: Vec<Finding> = within.collect();
                *part = self.mask(part.clone(), &within);
                begins = ends + 1;
            }
        }
        parts
    }

    fn mask(&mut self, part: TextPart, findings: &[Finding]) -> TextPart {
        if findings.is_empty() {
            return part;
        }
        let search = self.search;
        let receipts = search.receipts(&part.text, findings);
        self.receipts.note(&place(&part.pointer), receipts);
        let masked = pii::mask_with(&part.text, findings, search.operators(), search.key);
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
    /// objects are named by whoever filled them. So each name is a text of its own.
    fn pointer(&mut self, pointer: String) -> String {
        let search = self.search;
        if self.clean_pointers.0.contains(&pointer) {
            return pointer;
        }
        let mut found = Vec::new();
        let masked: Vec<String> = pointer
            .split('/')
            .map(|name| {
                let findings = search.scanner.scan(name, search.subject);
                let receipts = pii::receipts(name, &findings, &Operators::default(), search.key);
                found.extend(receipts);
                pii::mask(name, &findings).into_text()
            })
            .collect();
        let masked = masked.join("/");
        // What is parted by a slash may be one value all the same.
        let findings = search.scanner.scan(&masked, search.subject);
        let receipts = pii::receipts(&masked, &findings, &Operators::default(), search.key);
        found.extend(receipts);
        let masked = pii::mask(&masked, &findings).into_text();
        if found.is_empty() {
            self.clean_pointers.0.insert(pointer);
        } else {
            self.receipts.note(&format!("{}#", place(&masked)), found);
        }
        masked
    }

    /// Identifiers and links are not masked but left out: half a link leads nowhere.
    fn source(&mut self, source: Source) -> Source {
        let uri = source.uri.filter(|uri| is_web_link(uri));
        let uri = uri.filter(|uri| {
            let findings = self.search.in_link(uri);
            self.left_out(uri, &findings, "/source/uri");
            findings.is_empty()
        });
        Source {
            knowledge_base_id: self
                .identifier(source.knowledge_base_id, "/source/knowledge_base_id"),
            document_id: self.identifier(source.document_id, "/source/document_id"),
            version_id: self.identifier(source.version_id, "/source/version_id"),
            uri,
            trigger_id: self.identifier(source.trigger_id, "/source/trigger_id"),
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

/// What of a find in a longer text lies in its bytes `begins..ends`, as a find there.
fn cut(find: &Finding, begins: usize, ends: usize) -> Option<Finding> {
    let (start, end) = (find.start.max(begins), find.end.min(ends));
    (start < end).then(|| Finding {
        start: start - begins,
        end: end - begins,
        ..find.clone()
    })
}

/// A pointer for a receipt, which goes into the audit log: names that nobody gave a field are text,
/// and are told by a `*`.
fn place(pointer: &str) -> String {
    let is_field = |name: &str| {
        name.len() <= MAX_FIELD_NAME
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    let names = pointer
        .split('/')
        .map(|name| if is_field(name) { name } else { "*" });
    names.collect::<Vec<_>>().join("/")
}
