//! Rules of the user's own: an expression or a list of words, with the words around it.
//!
//! Expressions come from a configuration file, so they are bounded in size, and so is what each
//! may look at: a text is searched in windows, because going over all matches of an expression
//! that tries far and falls back is quadratic in the length of what it is given.

use std::{borrow::Cow, ops::Range};

use regex_automata::{
    Input,
    meta::{self, Regex},
    util::captures::Captures,
};
use serde::Deserialize;

use crate::{
    Confidence, Detector, Entity,
    checks::{self, Check},
    context::{Context, CueIndex, Topic},
    policy::Mistakes,
    rules::{Candidate, Found, subject::SubjectTerms},
    view::{
        View,
        folded::{BARRIER, Folded},
    },
};

/// The longest expression, in bytes.
const LONGEST_PATTERN: usize = 2048;
/// The largest compiled expression, in bytes.
const LARGEST: usize = 4 << 20;
/// The most memory for what an expression learns while it searches, in bytes.
const MOST_MEMORY: usize = 1 << 20;
/// The deepest nesting of groups.
const DEEPEST: u32 = 32;
/// Matches are looked for in windows of so many bytes.
const STRIDE: usize = 512;
/// How far a match may reach out of its window, in bytes.
const LONGEST_MATCH: usize = 256;
/// What a negative keyword leaves of the confidence: one part in so many.
const DOUBT: u8 = 10;

/// A rule of the user's own.
///
/// Text and rule are compared as folded: digits, spaces, dashes and accented letters of any script
/// that has plain forms are read as those. Names are found in any case.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnRule {
    /// Its name: lower-case letters, digits, `-`, `_` and `.`; no two rules share one. Its
    /// detector is called `own.` and this name.
    pub name: String,
    /// What it finds: a built-in entity, or one of the user's own such as `LOYALTY_CARD`.
    pub entity: Entity,
    /// A regular expression in the syntax of the `regex` crate. A match of up to 256 bytes is a
    /// find; where there is a first group and it matched, only that is.
    #[serde(default)]
    pub regex: Option<String>,
    /// Words around a value that speak for it. Without `regex` these words are the values.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Words around a value that speak against it: nearly no confidence is left.
    #[serde(default)]
    pub negative_keywords: Vec<String>,
    /// The name of a check that a value must pass, of those in [`checks`], such as `luhn`.
    #[serde(default)]
    pub validator: Option<String>,
    /// How sure a find is without a keyword near it.
    #[serde(default = "OwnRule::default_confidence")]
    pub confidence: Confidence,
    /// How sure it is with one. If not said, as sure as without, or 95 % if that is more.
    #[serde(default)]
    pub labelled: Option<Confidence>,
    /// Whether `regex` matches letters in either case.
    #[serde(default)]
    pub ignore_case: bool,
}

impl OwnRule {
    /// A rule that finds `entity` by an expression, 80 % sure; `labelled` and the others as if
    /// they had been left out.
    #[must_use]
    pub fn new(name: impl Into<String>, entity: Entity, regex: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            entity,
            regex: Some(regex.into()),
            keywords: Vec::new(),
            negative_keywords: Vec::new(),
            validator: None,
            confidence: Self::default_confidence(),
            labelled: None,
            ignore_case: false,
        }
    }

    const fn default_confidence() -> Confidence {
        Confidence::from_percent(80)
    }

    fn labelled(&self) -> Confidence {
        self.labelled
            .unwrap_or_else(|| self.confidence.max(Confidence::from_percent(95)))
    }
}

/// Keywords may be names of people: only how many there are is shown.
impl std::fmt::Debug for OwnRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnRule")
            .field("name", &self.name)
            .field("entity", &self.entity)
            .field("has_regex", &self.regex.is_some())
            .field("keywords", &self.keywords.len())
            .field("negative_keywords", &self.negative_keywords.len())
            .field("validator", &self.validator)
            .field("confidence", &self.confidence)
            .field("labelled", &self.labelled)
            .field("ignore_case", &self.ignore_case)
            .finish()
    }
}

/// The user's rules, ready to run.
#[derive(Debug, Clone, Default)]
pub(crate) struct OwnRules {
    rules: Vec<Compiled>,
}

impl OwnRules {
    /// Those of `rules` that can run; the others' mistakes are added to `mistakes`.
    pub(crate) fn compile(rules: &[OwnRule], mistakes: &mut Mistakes) -> Self {
        let mut compiled = Vec::with_capacity(rules.len());
        for (index, rule) in rules.iter().enumerate() {
            if rules[..index].iter().any(|other| other.name == rule.name) {
                mistakes.push(format!("rules.{}", rule.name), "two rules have this name");
            }
            compiled.extend(Compiled::new(rule, mistakes));
        }
        Self { rules: compiled }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Everything that the rules propose for `view`.
    pub(crate) fn find(&self, view: &View<'_>, found: &mut Found) {
        for rule in &self.rules {
            rule.find(view, found);
        }
    }
}

#[derive(Debug, Clone)]
struct Compiled {
    entity: Entity,
    detector: Detector,
    values: Values,
    /// The words around a value; `None` if there are none.
    words: Option<CueIndex>,
    check: Option<Check>,
    confidence: u8,
    labelled: u8,
}

#[derive(Debug, Clone)]
enum Values {
    Pattern(Regex),
    Words(SubjectTerms),
}

/// What keywords are about, in an index of one rule's words alone.
const SPEAKS_FOR: Topic = Topic::Account;
/// What negative keywords are about.
const SPEAKS_AGAINST: Topic = Topic::Reference;

impl Compiled {
    fn new(rule: &OwnRule, mistakes: &mut Mistakes) -> Option<Self> {
        check_names(rule, mistakes);
        let at = |key: &str| format!("rules.{}.{key}", rule.name);
        let check = rule.validator.as_deref().and_then(|name| {
            let check = checks::by_name(name);
            if check.is_none() {
                let known = checks::names().collect::<Vec<_>>().join(", ");
                mistakes.push(at("validator"), format!("no such check; there are {known}"));
            }
            check
        });
        let values = match &rule.regex {
            Some(pattern) => match compile(pattern, rule.ignore_case) {
                Ok(regex) => Values::Pattern(regex),
                Err(problem) => {
                    mistakes.push(at("regex"), problem);
                    return None;
                }
            },
            None => {
                let words = SubjectTerms::new(&rule.keywords);
                let is_blank = |word: &String| SubjectTerms::new([word]).is_empty();
                if rule.keywords.is_empty() || rule.keywords.iter().any(is_blank) {
                    mistakes.push(
                        at("keywords"),
                        "without a regex these are what is found: give at least one, each of two \
                         or more letters or digits",
                    );
                }
                Values::Words(words)
            }
        };
        let is_pattern = matches!(values, Values::Pattern(_));
        let keywords = if is_pattern { &rule.keywords[..] } else { &[] };
        Some(Self {
            entity: rule.entity.clone(),
            detector: Detector::own(&rule.name),
            values,
            words: words_around(keywords, &rule.negative_keywords),
            check,
            confidence: rule.confidence.percent(),
            labelled: rule.labelled().percent(),
        })
    }

    fn find(&self, view: &View<'_>, found: &mut Found) {
        let text = view.text();
        let mut spans = Vec::new();
        match &self.values {
            Values::Pattern(regex) => search(regex, text, |span| spans.push(span)),
            Values::Words(words) => spans = words.find(text),
        }
        spans.retain(|span| self.passes(&text[span.clone()]));
        if spans.is_empty() {
            return;
        }
        let cues = self.words.as_ref().map(|words| view.cues_of(words));
        for span in spans {
            let context = match &cues {
                Some(cues) => cues.around(text, &span, SPEAKS_FOR.set()),
                None => Context::Silent,
            };
            let percent = match context {
                Context::Reference(_) => self.confidence.min(self.labelled) / DOUBT,
                context if context.is_for() => self.labelled,
                _ => self.confidence,
            };
            let candidate = Candidate {
                entity: self.entity.clone(),
                detector: self.detector.clone(),
                span,
                percent,
                cue: None,
            };
            found.push(candidate.in_context(context));
        }
    }

    /// Whether a value passes the check, if there is one: as compact as most checks want it, or as
    /// written, for those to which case or a sign tells something.
    fn passes(&self, value: &str) -> bool {
        self.check.is_none_or(|check| {
            let alphanumeric = value.bytes().filter(u8::is_ascii_alphanumeric);
            let compact: Vec<u8> = alphanumeric.map(|b| b.to_ascii_uppercase()).collect();
            check(&compact) || check(value.trim().as_bytes())
        })
    }
}

fn check_names(rule: &OwnRule, mistakes: &mut Mistakes) {
    let at = |key: &str| format!("rules.{}.{key}", rule.name);
    let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b);
    if rule.name.is_empty() || rule.name.len() > 64 || !rule.name.bytes().all(is_name) {
        mistakes.push(
            at("name"),
            "a rule is named in lower-case letters, digits, `-`, `_` and `.`, 64 at most",
        );
    }
    if rule.entity == Entity::SubjectTerm {
        mistakes.push(
            at("entity"),
            "subject terms come with each text: name an entity of your own",
        );
    }
    if rule
        .labelled
        .is_some_and(|labelled| labelled < rule.confidence)
    {
        mistakes.push(
            at("labelled"),
            "a keyword cannot make a find less sure: use negative_keywords, or a lower confidence",
        );
    }
    for (key, words) in [
        ("keywords", &rule.keywords),
        ("negative_keywords", &rule.negative_keywords),
    ] {
        let is_context = key == "negative_keywords" || rule.regex.is_some();
        if is_context && words.iter().any(|word| !word.contains(char::is_alphabetic)) {
            mistakes.push(at(key), "every keyword needs a letter");
        }
    }
}

/// An index of the words around values.
fn words_around(keywords: &[String], negative: &[String]) -> Option<CueIndex> {
    if keywords.is_empty() && negative.is_empty() {
        return None;
    }
    let mut index = CueIndex::new([]);
    for (words, topic) in [(keywords, SPEAKS_FOR), (negative, SPEAKS_AGAINST)] {
        for word in words {
            index.insert(&fold(word).to_lowercase(), topic.set());
        }
    }
    Some(index)
}

fn fold(text: &str) -> String {
    Folded::new(text, &[]).as_str().to_owned()
}

/// Compiles an expression within its bounds, or says what is wrong with it.
fn compile(pattern: &str, ignore_case: bool) -> Result<Regex, String> {
    if pattern.len() > LONGEST_PATTERN {
        return Err(format!(
            "longer than {LONGEST_PATTERN} bytes: part it into several rules"
        ));
    }
    let pattern = fold(pattern);
    let shape = regex_syntax::ParserBuilder::new()
        .nest_limit(DEEPEST)
        .case_insensitive(ignore_case)
        .build()
        .parse(&pattern)
        .map_err(|error| format!("no regular expression: {}", summary(&error)))?;
    if shape.properties().minimum_len().unwrap_or(0) == 0 {
        return Err("matches the empty text: let it ask for at least one character".to_owned());
    }
    let bounds = meta::Config::new()
        .nfa_size_limit(Some(LARGEST))
        .hybrid_cache_capacity(MOST_MEMORY);
    meta::Builder::new()
        .configure(bounds)
        .build_from_hir(&shape)
        .map_err(|_| {
            "too large when compiled: repeat less often, or write [0-9] and [A-Za-z] for \\d and \\w"
                .to_owned()
        })
}

/// What is wrong, without the drawing of the expression that comes with it.
fn summary(error: &regex_syntax::Error) -> String {
    match error {
        regex_syntax::Error::Parse(error) => error.kind().to_string(),
        regex_syntax::Error::Translate(error) => error.kind().to_string(),
        _ => "it cannot be read".to_owned(),
    }
}

/// Calls `each` with every value that `regex` matches in `text`, in order. None holds a
/// [`BARRIER`].
///
/// To the expression a barrier looks like the middle of a word, so that masking a find does not
/// make a find of what follows it directly. For the same reason the search goes on behind the
/// value and not behind the whole match.
fn search(regex: &Regex, text: &str, mut each: impl FnMut(Range<usize>)) {
    let haystack = match text.contains(BARRIER) {
        true => Cow::Owned(text.replace(BARRIER, "___")),
        false => Cow::Borrowed(text),
    };
    let mut captures = regex.create_captures();
    let mut part = 0..0;
    for piece in text.split(BARRIER) {
        part = part.start..part.start + piece.len();
        let mut from = part.start;
        while from < part.end {
            let last_start = text.ceil_char_boundary(from + STRIDE);
            let end = text.ceil_char_boundary(last_start + LONGEST_MATCH);
            let window = from..end.min(part.end);
            from = last_start.max(search_window(
                regex,
                Input::new(&*haystack).range(window),
                last_start,
                &mut captures,
                &mut each,
            ));
        }
        part.start = part.end + BARRIER.len_utf8();
    }
}

/// Searches the span of `input` for matches that begin before `last_start`, and tells where the
/// last value ends. No expression in use matches the empty text.
fn search_window(
    regex: &Regex,
    mut input: Input<'_>,
    last_start: usize,
    captures: &mut Captures,
    each: &mut impl FnMut(Range<usize>),
) -> usize {
    loop {
        let (whole, value) = if regex.captures_len() == 1 {
            let whole = regex.find(input.clone()).map(|found| found.range());
            (whole.clone(), whole)
        } else {
            regex.search_captures(&input, captures);
            let group = captures.get_group(1).filter(|group| !group.is_empty());
            (
                captures.get_group(0).map(|w| w.range()),
                group.map(|g| g.range()),
            )
        };
        match whole {
            Some(whole) if whole.start < last_start => {
                let value = value.unwrap_or(whole);
                input.set_start(value.end);
                each(value);
            }
            _ => return input.start(),
        }
    }
}
