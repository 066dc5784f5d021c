//! One recommendation as the upstream gave it, in the gateway's own terms.
//!
//! Its texts are unscreened: `Debug` shows their length only, and nothing but
//! [`screening`](crate::screening) turns one into a [`Masked`](crate::screening::Masked) value
//! that an answer, a cache entry or an audit record accepts.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::payload::MAX_IDENTIFIER_CHARS;
use crate::time::Timestamp;

/// What sort of thing is recommended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A legacy article.
    Article,
    /// A canned response of a response library; a reference, without text.
    CannedResponse,
    /// A legacy question and answer.
    Faq,
    /// A knowledge article chosen by a rule; it carries no confidence.
    KnowledgeArticle,
    /// A hit of the knowledge search.
    KnowledgeSearch,
    /// An entity of the recommendations dialect that names no type of its own.
    Recommendation,
    /// A script page with values to fill in.
    Script,
    /// An answer generated from knowledge.
    SuggestedKnowledgeAnswer,
    /// Text from a third party's system.
    ThirdPartySuggestion,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Article,
        Self::CannedResponse,
        Self::Faq,
        Self::KnowledgeArticle,
        Self::KnowledgeSearch,
        Self::Recommendation,
        Self::Script,
        Self::SuggestedKnowledgeAnswer,
        Self::ThirdPartySuggestion,
    ];

    /// The name used in answers, settings and stores.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::CannedResponse => "canned_response",
            Self::Faq => "faq",
            Self::KnowledgeArticle => "knowledge_article",
            Self::KnowledgeSearch => "knowledge_search",
            Self::Recommendation => "recommendation",
            Self::Script => "script",
            Self::SuggestedKnowledgeAnswer => "suggested_knowledge_answer",
            Self::ThirdPartySuggestion => "third_party_suggestion",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What has happened to a suggestion upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Offered, untouched.
    Suggested,
    /// Used by an agent.
    Accepted,
    /// Sent away by an agent; not shown again.
    Dismissed,
    /// The platform could not make it; never shown.
    Failed,
    /// Judged by an agent.
    Rated,
    /// A state this version does not know; shown like `Suggested`.
    Other,
}

/// A relevance score or confidence: finite, 0..=1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Score(f64);

impl Score {
    /// The score, unless it is not finite or outside 0..=1.
    pub fn new(value: f64) -> Option<Self> {
        // `abs` turns -0.0 into 0.0, so that equal scores have equal bits.
        (0.0..=1.0).contains(&value).then_some(Self(value.abs()))
    }

    /// The score as given, 0..=1.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// The score in millionths, 0..=1_000_000, rounded down: the audit holds integers only, and a
    /// score below a threshold must not round up to it.
    pub fn millionths(self) -> u32 {
        // The summand undoes representation error: 0.57 * 1e6 must give 570_000, not 569_999.
        (self.0 * 1e6 + 1e-6) as u32
    }
}

/// An identifier that the upstream gave: 1..=128 characters, no white space, nothing invisible that
/// could make it look like another.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UpstreamId(String);

impl UpstreamId {
    /// The identifier, unless it breaks the rule above.
    pub fn new(id: impl Into<String>) -> Option<Self> {
        let id = id.into();
        // Nearly all are plain, which is told without a look at what a byte is.
        let is_plain = id.len() <= MAX_IDENTIFIER_CHARS && id.bytes().all(|b| b.is_ascii_graphic());
        let fits = || {
            id.chars().count() <= MAX_IDENTIFIER_CHARS
                && !id
                    .chars()
                    .any(|c| c.is_control() || c.is_whitespace() || is_invisible(c))
        };
        (!id.is_empty() && (is_plain || fits())).then_some(Self(id))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Until screened, an identifier may be anything, an e-mail address too.
impl fmt::Debug for UpstreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UpstreamId({} chars)", self.0.chars().count())
    }
}

/// What a text is to the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The heading.
    Title,
    /// What the agent reads or sends.
    Body,
    /// A stretch of another part, where it is highlighted; not said twice.
    Excerpt,
}

impl Role {
    /// The name used in stores.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Body => "body",
            Self::Excerpt => "excerpt",
        }
    }

    /// The role of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Title, Self::Body, Self::Excerpt]
            .into_iter()
            .find(|role| role.as_str() == name)
    }
}

/// One text of a recommendation, and where in the upstream's entity it stood.
#[derive(Clone, PartialEq, Eq)]
pub struct TextPart {
    /// JSON pointer (RFC 6901) into the upstream's entity.
    pub pointer: String,
    /// Heading or body.
    pub role: Role,
    /// The text.
    pub text: String,
    /// The stretch that answers the question, in bytes of `text`, if the upstream marked one.
    pub highlight: Option<Range<usize>>,
}

impl fmt::Debug for TextPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextPart({:?}, {} bytes)", self.role, self.text.len())
    }
}

/// Which path brought a recommendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// The configured upstream.
    Upstream,
    /// The configured upstream, asked for other knowledge sources because those wanted failed.
    FallbackSources,
    /// A search of knowledge bases, because the upstream failed.
    KnowledgeSearch,
}

impl Origin {
    /// The name used in answers and stores.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upstream => "upstream",
            Self::FallbackSources => "fallback_sources",
            Self::KnowledgeSearch => "knowledge_search",
        }
    }

    /// The origin of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Upstream, Self::FallbackSources, Self::KnowledgeSearch]
            .into_iter()
            .find(|origin| origin.as_str() == name)
    }
}

/// Where the recommended text lives.
#[derive(Clone, PartialEq, Eq)]
pub struct Source {
    /// Knowledge base, if the entity names one.
    pub knowledge_base_id: Option<UpstreamId>,
    /// Document, canned response or script.
    pub document_id: Option<UpstreamId>,
    /// Version of the document.
    pub version_id: Option<UpstreamId>,
    /// A link to it.
    pub uri: Option<String>,
    /// What it was recommended for: the utterance, message or search that it answers.
    pub trigger_id: Option<UpstreamId>,
    /// Which path brought it.
    pub origin: Origin,
}

/// Until screened, a link may carry anything, and is not shown.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("knowledge_base_id", &self.knowledge_base_id)
            .field("document_id", &self.document_id)
            .field("version_id", &self.version_id)
            .field("uri", &self.uri.as_ref().map(String::len))
            .field("trigger_id", &self.trigger_id)
            .field("origin", &self.origin)
            .finish()
    }
}

/// One recommendation.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommendation {
    /// The upstream's identifier, unique within a batch after selection.
    pub id: UpstreamId,
    /// What it is.
    pub kind: Kind,
    /// How relevant the upstream holds it to be; some kinds carry no score.
    pub score: Option<Score>,
    /// The upstream's claim that personal data is masked, where the dialect has one.
    pub upstream_masked: Option<bool>,
    /// What has happened to it upstream, where the dialect says.
    pub state: Option<State>,
    /// When the upstream made it.
    pub created_at: Option<Timestamp>,
    /// Its texts, in the order of the entity.
    pub parts: Vec<TextPart>,
    /// Where it comes from.
    pub source: Source,
}

impl Recommendation {
    /// The first heading, or the empty text.
    pub fn title(&self) -> &str {
        self.parts
            .iter()
            .find(|p| p.role == Role::Title)
            .map_or("", |p| p.text.as_str())
    }

    /// The first body text, or the empty text.
    pub(crate) fn first_text(&self) -> &str {
        self.parts
            .iter()
            .find(|p| p.role == Role::Body)
            .map_or("", |p| p.text.as_str())
    }

    /// The body texts, one a line.
    pub fn text(&self) -> Cow<'_, str> {
        body_of(&self.parts)
    }

    /// Bytes of memory that it takes, roughly: for those who keep recommendations and must not keep too
    /// much.
    pub fn memory(&self) -> usize {
        let Source {
            knowledge_base_id,
            document_id,
            version_id,
            uri,
            trigger_id,
            origin: _,
        } = &self.source;
        let ids = [knowledge_base_id, document_id, version_id, trigger_id];
        let ids = ids.into_iter().flatten().chain([&self.id]);
        let texts = ids.map(|id| id.as_str().len());
        let texts = texts.chain(uri.as_ref().map(String::len));
        let parts = self.parts.iter();
        let texts = texts.chain(parts.flat_map(|part| [part.pointer.len(), part.text.len()]));
        let allocated: usize = texts.map(|length| length + ALLOCATION).sum();
        size_of::<Self>() + self.parts.capacity() * size_of::<TextPart>() + allocated
    }
}

/// Bytes that an allocation takes beside what it holds, roughly.
const ALLOCATION: usize = 16;

/// The body texts of `parts`, one a line.
pub(crate) fn body_of(parts: &[TextPart]) -> Cow<'_, str> {
    let body = parts.iter().filter(|part| part.role == Role::Body);
    let mut texts = body.map(|part| part.text.as_str());
    let mut body = Cow::Borrowed(texts.next().unwrap_or_default());
    for text in texts {
        let body = body.to_mut();
        body.push('\n');
        body.push_str(text);
    }
    body
}

/// Characters without a shape of their own: zero-width ones, and those that turn the direction of
/// writing.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
