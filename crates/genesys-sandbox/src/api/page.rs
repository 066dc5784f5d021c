//! Cursor paging over a conversation's suggestions.
//!
//! A cursor names the suggestion it points at, so that it stays good while states change under a
//! filter. To clients it is opaque.

use agent_assist_genesys_wire::Suggestion;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Which page is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageRequest {
    pub(super) size: usize,
    pub(super) from: From,
}

/// Where a page starts or ends. The suggestion named is not on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum From {
    Start,
    After(Cursor),
    Before(Cursor),
}

/// A place in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor(String);

/// A page of a list.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) entities: Vec<Suggestion>,
    /// Where the following page starts, if there is one.
    pub(super) next: Option<Cursor>,
    /// Where the preceding page ends, if there is one.
    pub(super) previous: Option<Cursor>,
}

impl Cursor {
    /// The suggestion's own place.
    fn at(suggestion: &Suggestion) -> Option<Self> {
        suggestion
            .id
            .as_ref()
            .map(|id| Self(URL_SAFE_NO_PAD.encode(id)))
    }

    pub(super) fn from_query(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    fn position(&self, list: &[Suggestion]) -> Option<usize> {
        let id = URL_SAFE_NO_PAD.decode(&self.0).ok()?;
        list.iter().position(|suggestion| {
            suggestion
                .id
                .as_ref()
                .is_some_and(|known| known.as_bytes() == id)
        })
    }
}

/// The page asked for among the suggestions that are `wanted`. `None` if the cursor points nowhere.
pub(super) fn page(
    list: &[Suggestion],
    request: &PageRequest,
    wanted: impl Fn(&Suggestion) -> bool,
) -> Option<Page> {
    let wanted: Vec<_> = (0..list.len()).filter(|&at| wanted(&list[at])).collect();
    let (start, end) = match &request.from {
        From::Start => (0, request.size),
        From::After(cursor) => {
            let place = cursor.position(list)?;
            let start = wanted.partition_point(|&at| at <= place);
            (start, start + request.size)
        }
        From::Before(cursor) => {
            let place = cursor.position(list)?;
            let end = wanted.partition_point(|&at| at < place);
            (end.saturating_sub(request.size), end)
        }
    };
    let shown = &wanted[start..end.min(wanted.len())];
    let cursor_at = |at: Option<&usize>| at.and_then(|&at| Cursor::at(&list[at]));
    Some(Page {
        entities: shown.iter().map(|&at| list[at].clone()).collect(),
        next: cursor_at(shown.last().filter(|_| end < wanted.len())),
        previous: cursor_at(shown.first().filter(|_| start > 0)),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(n: usize) -> Vec<Suggestion> {
        let suggestion = |n: usize| Suggestion {
            id: Some(n.to_string()),
            ..Suggestion::default()
        };
        (0..n).map(suggestion).collect()
    }

    fn ids(page: &Page) -> Vec<usize> {
        let id = |suggestion: &Suggestion| suggestion.id.as_ref().and_then(|id| id.parse().ok());
        page.entities.iter().filter_map(id).collect()
    }

    proptest! {
        #[test]
        fn walking_forward_and_back_meets_each_wanted_suggestion_once(
            n in 0_usize..40,
            size in 1_usize..10,
            every in 1_usize..4,
        ) {
            let list = list(n);
            let wanted = |s: &Suggestion| {
                s.id.as_ref().and_then(|id| id.parse::<usize>().ok()).is_some_and(|id| id % every == 0)
            };
            let expected: Vec<_> = (0..n).filter(|id| id % every == 0).collect();

            let mut request = PageRequest { size, from: From::Start };
            let mut pages = Vec::new();
            let mut last = page(&list, &request, wanted).expect("the start is somewhere");
            pages.push(ids(&last));
            while let Some(next) = last.next.clone() {
                request.from = From::After(next);
                last = page(&list, &request, wanted).expect("the cursor was given out");
                pages.push(ids(&last));
                prop_assert!(pages.len() <= n, "paging never ends");
            }
            prop_assert_eq!(pages.concat(), expected);

            let mut back = vec![ids(&last)];
            while let Some(previous) = last.previous.clone() {
                request.from = From::Before(previous);
                last = page(&list, &request, wanted).expect("the cursor was given out");
                back.push(ids(&last));
                prop_assert!(back.len() <= n, "paging back never ends");
            }
            back.reverse();
            prop_assert_eq!(back, pages);
        }
    }

    #[test]
    fn a_cursor_from_elsewhere_points_nowhere() {
        for made_up in ["", "!!", "MTIz"] {
            let from = From::After(Cursor::from_query(made_up));
            assert!(page(&list(3), &PageRequest { size: 1, from }, |_| true).is_none());
        }
    }
}
