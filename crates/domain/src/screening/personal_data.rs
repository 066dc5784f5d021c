//! Masks the personal data of one recommendation, in every text that is passed on.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

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

/// The recommendation with its personal data masked: the very one that came in, if there was none.
pub(super) struct Cleaned {
    pub(super) recommendation: Arc<Recommendation>,
    /// One for each find.
    pub(super) receipts: Receipts,
}

/// Pointers in which nothing was found in one run: most recommendations of a batch have the same.
#[derive(Default)]
pub(super) struct CleanPointers(HashSet<String>);

/// Masks every text of `raw`. If its identifier itself is personal data there are only the
/// receipts: masked, it would no longer identify anything. `clean_pointers` are those of this search.
pub(super) fn clean(
    raw: &Arc<Recommendation>,
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
    let mut recommendation = Arc::clone(raw);
    let parts = cleaner.parts(&raw.parts);
    if let Cow::Owned(parts) = cleaner.seams(parts) {
        Arc::make_mut(&mut recommendation).parts = parts;
    }
    if let Cow::Owned(source) = cleaner.source(&raw.source) {
        Arc::make_mut(&mut recommendation).source = source;
    }
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
    fn parts<'p>(&mut self, parts: &'p [TextPart]) -> Cow<'p, [TextPart]> {
        let mut cleaned = Cow::Borrowed(parts);
        for (place, part) in parts.iter().enumerate() {
            if let Some(part) = self.part(part) {
                cleaned.to_mut()[place] = part;
            }
        }
        cleaned
    }

    /// What `part` has to be; `None` if it may be as it is.
    fn part(&mut self, part: &TextPart) -> Option<TextPart> {
        let mut cleaned = legible_part(part);
        if let Some(pointer) = self.pointer(&part.pointer) {
            cleaned.get_or_insert_with(|| part.clone()).pointer = pointer;
        }
        let part = cleaned.as_ref().unwrap_or(part);
        let findings = self.search.scanner.scan(&part.text, self.search.subject);
        match findings.is_empty() {
            true => cleaned,
            false => Some(self.mask(part, &findings)),
        }
    }

    /// Masks what only shows when the body is read as one text, as an answer gives it: a number whose
    /// label ends the text before it, a number in two halves.
    fn seams<'p>(&mut self, mut parts: Cow<'p, [TextPart]>) -> Cow<'p, [TextPart]> {
        let is_body = |part: &TextPart| part.role == Role::Body;
        if parts.iter().filter(|part| is_body(part)).count() < 2 {
            return parts;
        }
        for _ in 0..MOST_LOOKS {
            let findings = self
                .search
                .scanner
                .scan(&body_of(&parts), self.search.subject);
            if findings.is_empty() {
                break;
            }
            let mut begins = 0;
            for part in parts.to_mut().iter_mut().filter(|part| is_body(part)) {
                let ends = begins + part.text.len();
                let within = findings.iter().filter_map(|find| cut(find, begins, ends));
                let within: Vec<Finding> = within.collect();
                if !within.is_empty() {
                    *part = self.mask(part, &within);
                }
                begins = ends + 1;
            }
        }
        parts
    }

    fn mask(&mut self, part: &TextPart, findings: &[Finding]) -> TextPart {
        let search = self.search;
        let receipts = search.receipts(&part.text, findings);
        self.receipts.note(&place(&part.pointer), receipts);
        let masked = pii::mask_with(&part.text, findings, search.operators(), search.key);
        // A highlight whose end was masked away points at nothing the reader can see.
        let highlight = part
            .highlight
            .as_ref()
            .and_then(|range| Some(masked.map_offset(range.start)?..masked.map_offset(range.end)?));
        TextPart {
            pointer: part.pointer.clone(),
            role: part.role,
            text: masked.into_text(),
            highlight,
        }
    }

    /// Where a text stood in its entity: mostly the platform's own names, but the members of some
    /// objects are named by whoever filled them. So each name is a text of its own. `None` if nothing is
    /// found in it.
    fn pointer(&mut self, pointer: &str) -> Option<String> {
        let search = self.search;
        if self.clean_pointers.0.contains(pointer) {
            return None;
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
            self.clean_pointers.0.insert(pointer.to_owned());
            return None;
        }
        self.receipts.note(&format!("{}#", place(&masked)), found);
        Some(masked)
    }

    /// Identifiers and links are not masked but left out: half a link leads nowhere.
    fn source<'s>(&mut self, source: &'s Source) -> Cow<'s, Source> {
        let link = source.uri.as_ref().is_some_and(|uri| self.drops_link(uri));
        let [base, document, version, trigger] = [
            ("/source/knowledge_base_id", &source.knowledge_base_id),
            ("/source/document_id", &source.document_id),
            ("/source/version_id", &source.version_id),
            ("/source/trigger_id", &source.trigger_id),
        ]
        .map(|(pointer, id)| {
            let id = id.as_ref();
            id.is_some_and(|id| self.drops(id.as_str(), pointer))
        });
        let mut cleaned = Cow::Borrowed(source);
        if link || base || document || version || trigger {
            let cleaned = cleaned.to_mut();
            cleaned.uri.take_if(|_| link);
            cleaned.knowledge_base_id.take_if(|_| base);
            cleaned.document_id.take_if(|_| document);
            cleaned.version_id.take_if(|_| version);
            cleaned.trigger_id.take_if(|_| trigger);
        }
        cleaned
    }

    fn drops_link(&mut self, uri: &str) -> bool {
        if !is_web_link(uri) {
            return true;
        }
        let findings = self.search.in_link(uri);
        self.left_out(uri, &findings, "/source/uri");
        !findings.is_empty()
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
