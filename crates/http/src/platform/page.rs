//! Cursor paging over what may be shown.
//!
//! A cursor names the suggestion beside which a page begins or ends, and the place that it had: content is
//! renewed while somebody pages, and where that suggestion is gone its place is the next best. To
//! clients it is opaque.

use agent_assist_genesys_wire::{Suggestion, SuggestionState, SuggestionType};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::form_urlencoded;

use crate::problem::{Kind, Problem};

const MAX_PAGE_SIZE: usize = 200;
/// The platform does not say what its own is.
const DEFAULT_PAGE_SIZE: usize = 25;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    size: usize,
    kind: Option<SuggestionType>,
    pub(super) state: Option<SuggestionState>,
    pub(super) from: Option<Cursor>,
}

/// Where a page begins or ends. The suggestion named is not on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cursor {
    After(Place),
    Before(Place),
}

/// A suggestion, and where it was among all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    rank: usize,
    id: String,
}

/// A page.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) entities: Vec<Suggestion>,
    pub(super) next: Option<Cursor>,
    pub(super) previous: Option<Cursor>,
}

impl Wanted {
    /// Reads the parameters that the platform has; others mean nothing to it either.
    ///
    /// # Errors
    /// The problem with the first that breaks a rule.
    pub(super) fn parse(query: &str) -> Result<Self, Problem> {
        let mut wanted = Self {
            size: DEFAULT_PAGE_SIZE,
            kind: None,
            state: None,
            from: None,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "pageSize" => wanted.size = page_size(&value)?,
                "type" => wanted.kind = Some(kind(&value)?),
                "state" => wanted.state = Some(state(&value)?),
                "after" | "before" if wanted.from.is_some() => {
                    let rule = "must be the only cursor";
                    return Err(Problem::field(name, "repeated", rule));
                }
                "after" => wanted.from = Some(Cursor::After(Place::parse(&value)?)),
                "before" => wanted.from = Some(Cursor::Before(Place::parse(&value)?)),
                _ => {}
            }
        }
        Ok(wanted)
    }

    fn admits(&self, suggestion: &Suggestion) -> bool {
        let kind = self.kind.is_none() || self.kind == suggestion.kind;
        let state = self.state.is_none() || self.state == suggestion.state;
        kind && state
    }

    /// Where the page at `cursor` of the same is.
    pub(super) fn uri(&self, path: &str, cursor: Option<&Cursor>) -> String {
        let mut uri = format!("{path}?pageSize={}", self.size);
        // Only names of ours and cursors, none of which needs an escape.
        if let Some(kind) = &self.kind {
            uri += &format!("&type={kind}");
        }
        if let Some(state) = &self.state {
            uri += &format!("&state={state}");
        }
        match cursor {
            Some(Cursor::After(place)) => uri += &format!("&after={}", place.to_text()),
            Some(Cursor::Before(place)) => uri += &format!("&before={}", place.to_text()),
            None => {}
        }
        uri
    }
}

fn page_size(text: &str) -> Result<usize, Problem> {
    let size = text.parse().ok();
    size.filter(|size| (1..=MAX_PAGE_SIZE).contains(size))
        .ok_or_else(|| {
            let rule = format!("must be a number between 1 and {MAX_PAGE_SIZE}");
            Problem::field("pageSize", "range", rule)
        })
}

fn kind(text: &str) -> Result<SuggestionType, Problem> {
    let kind = SuggestionType::from(text);
    match kind.is_known() {
        true => Ok(kind),
        false => Err(choice("type", SuggestionType::KNOWN)),
    }
}

fn state(text: &str) -> Result<SuggestionState, Problem> {
    let state = SuggestionState::from(text);
    match state.is_known() {
        true => Ok(state),
        false => Err(choice("state", SuggestionState::KNOWN)),
    }
}

fn choice<T: ToString>(field: &str, known: &[T]) -> Problem {
    let known: Vec<String> = known.iter().map(T::to_string).collect();
    let rule = format!("must be one of {}", known.join(", "));
    Problem::field(field, "choice", rule)
}

impl Place {
    fn parse(text: &str) -> Result<Self, Problem> {
        let read = || {
            let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
            let (rank, id) = text.split_once(' ')?;
            Some(Self {
                rank: rank.parse().ok()?,
                id: id.to_owned(),
            })
        };
        let detail = "take after and before from the nextUri and previousUri of a page";
        read().ok_or_else(|| Problem::new(Kind::InvalidCursor, detail))
    }

    fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{} {}", self.rank, self.id))
    }

    /// Where in `all` it is now, or `None` if it is gone.
    fn find(&self, all: &[Suggestion]) -> Option<usize> {
        all.iter()
            .position(|known| known.id.as_ref() == Some(&self.id))
    }
}

impl Page {
    /// The page `wanted` of `all`.
    pub(super) fn of(all: Vec<Suggestion>, wanted: &Wanted) -> Self {
        let places: Vec<usize> = (0..all.len())
            .filter(|&at| wanted.admits(&all[at]))
            .collect();
        let (start, end) = match &wanted.from {
            None => (0, wanted.size),
            Some(Cursor::After(place)) => {
                // Whatever followed one that is gone has moved up to its place.
                let first = place.find(&all).map_or(place.rank, |at| at + 1);
                let start = places.partition_point(|&at| at < first);
                (start, start + wanted.size)
            }
            Some(Cursor::Before(place)) => {
                let first = place.find(&all).unwrap_or(place.rank);
                let end = places.partition_point(|&at| at < first);
                (end.saturating_sub(wanted.size), end)
            }
        };
        let end = end.min(places.len());
        let place = |at: Option<&usize>| {
            let (rank, id) = at.and_then(|&at| Some((at, all[at].id.clone()?)))?;
            Some(Place { rank, id })
        };
        let shown = &places[start..end];
        let next = place(shown.last().filter(|_| end < places.len()));
        let previous = place(shown.first().filter(|_| start > 0));
        let mut page = Self {
            entities: Vec::with_capacity(shown.len()),
            next: next.map(Cursor::After),
            previous: previous.map(Cursor::Before),
        };
        let shown = shown.to_vec();
        let numbered = all.into_iter().enumerate();
        let on_it = numbered.filter(|(at, _)| shown.binary_search(at).is_ok());
        page.entities
            .extend(on_it.map(|(_, suggestion)| suggestion));
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(ids: &[usize]) -> Vec<Suggestion> {
        let suggestion = |id: &usize| Suggestion {
            id: Some(id.to_string()),
            kind: Some(match id % 2 {
                0 => SuggestionType::Faq,
                _ => SuggestionType::Script,
            }),
            ..Suggestion::default()
        };
        ids.iter().map(suggestion).collect()
    }

    fn ids(page: &Page) -> Vec<usize> {
        let id = |suggestion: &Suggestion| suggestion.id.as_ref()?.parse().ok();
        page.entities.iter().filter_map(id).collect()
    }

    fn follow(uri: &str) -> Wanted {
        let (_, query) = uri.split_once('?').expect("a query");
        Wanted::parse(query).expect("one of ours")
    }

    fn walk(total: usize, query: &str) -> Vec<Vec<usize>> {
        let known: Vec<usize> = (0..total).collect();
        let mut wanted = Wanted::parse(query).expect("valid");
        let mut pages = Vec::new();
        loop {
            let page = Page::of(all(&known), &wanted);
            pages.push(ids(&page));
            if let Some(previous) = &page.previous {
                let back = Page::of(all(&known), &follow(&wanted.uri("/x", Some(previous))));
                assert_eq!(Some(&ids(&back)), pages.iter().nth_back(1));
            }
            match &page.next {
                Some(next) => wanted = follow(&wanted.uri("/x", Some(next))),
                None => return pages,
            }
        }
    }

    #[test]
    fn walking_meets_each_wanted_suggestion_once_and_back_the_same_pages() {
        for total in 0..20 {
            for size in 1..8 {
                let met = walk(total, &format!("pageSize={size}")).concat();
                assert_eq!(met, (0..total).collect::<Vec<_>>());
                let met = walk(total, &format!("pageSize={size}&type=Faq")).concat();
                assert_eq!(met, (0..total).step_by(2).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_walk_goes_on_where_the_suggestion_of_its_cursor_is_gone() {
        let wanted = Wanted::parse("pageSize=2").expect("valid");
        let first = Page::of(all(&[1, 2, 3, 4]), &wanted);
        let next = follow(&wanted.uri("/x", first.next.as_ref()));
        assert_eq!(ids(&Page::of(all(&[1, 3, 4]), &next)), [3, 4]);
        assert_eq!(ids(&Page::of(all(&[9, 1, 2, 3, 4]), &next)), [3, 4]);
        assert_eq!(ids(&Page::of(all(&[]), &next)), [0_usize; 0]);
    }

    #[test]
    fn parameters_that_break_rules_are_refused_and_others_ignored() {
        for query in [
            "pageSize=0",
            "pageSize=201",
            "pageSize=x",
            "type=Nothing",
            "state=suggested",
            "after=",
            "after=*",
            "before=MQ",
            "after=MSBh&before=MSBh",
        ] {
            assert!(Wanted::parse(query).is_err(), "{query}");
        }
        let wanted = Wanted::parse("expand=all&pageSize=200&state=Rated").expect("valid");
        assert_eq!(wanted.uri("/x", None), "/x?pageSize=200&state=Rated");
    }
}
