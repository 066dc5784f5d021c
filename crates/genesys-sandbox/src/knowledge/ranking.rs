//! Ranks articles against a text by BM25.
//!
//! BM25 runs once per field of an article (title, lead, body) and the weighted sum gives the order:
//! a word in a title says more about an article than the same word in its tenth step. A further
//! engine over single passages finds what to show of an article. Words of the text count once,
//! however often they were said.
//!
//! Scores are mapped to `0.0..1.0` by a growing function of the sum alone, so that they keep the
//! order and mean the same in every conversation. Equal scores are ordered by the library, never
//! by a hash map.

use std::collections::BTreeSet;

use bm25::{Document, Language, SearchEngine, SearchEngineBuilder};

use super::{Article, Library};

const TITLE_WEIGHT: f64 = 3.0;
const LEAD_WEIGHT: f64 = 1.0;
const BODY_WEIGHT: f64 = 0.5;

/// How slowly relevance approaches one: a sum of this much gives a relevance of 0.63.
const RELEVANCE_SCALE: f64 = 10.0;

/// An article that shares words with the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hit {
    /// Index into [`Library::articles`].
    pub(crate) article: usize,
    /// How well it fits, above zero and at most one.
    pub(crate) relevance: f64,
    /// The article's passages, the best fitting first.
    pub(crate) passages: Vec<usize>,
}

/// The library, ready to be searched.
pub(super) struct Index {
    fields: [(f64, SearchEngine<usize>); 3],
    passages: SearchEngine<(usize, usize)>,
    passage_counts: Vec<usize>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index")
            .field("articles", &self.passage_counts.len())
            .finish_non_exhaustive()
    }
}

impl Index {
    pub(super) fn new(library: &Library) -> Self {
        let field = |weight, text: fn(&Article) -> String| {
            let articles = library.articles.iter().enumerate();
            (
                weight,
                engine(articles.map(|(id, article)| Document::new(id, text(article)))),
            )
        };
        let passages = library
            .articles
            .iter()
            .enumerate()
            .flat_map(|(id, article)| {
                let passages = article.passages.iter().enumerate();
                passages.map(move |(number, text)| Document::new((id, number), text))
            });
        Self {
            fields: [
                field(TITLE_WEIGHT, |article| article.title.clone()),
                field(LEAD_WEIGHT, Article::lead),
                field(BODY_WEIGHT, |article| article.passages.join(" ")),
            ],
            passages: engine(passages),
            passage_counts: library
                .articles
                .iter()
                .map(|article| article.passages.len())
                .collect(),
        }
    }

    /// Every article that shares a word with `text`, best first.
    pub(super) fn search(&self, text: &str) -> Vec<Hit> {
        let query = each_word_once(text);
        let passage_scores = self.passage_scores(&query);
        let sums = self.weighted_sums(&query);
        let mut hits: Vec<_> = sums
            .into_iter()
            .enumerate()
            .map(|(article, sum)| Hit {
                article,
                relevance: relevance(sum),
                passages: ordered_by_score(&passage_scores[article]),
            })
            .filter(|hit| hit.relevance > 0.0)
            .collect();
        // A stable sort: equal scores stay in the library's order.
        hits.sort_by(|a, b| b.relevance.total_cmp(&a.relevance));
        hits
    }

    fn weighted_sums(&self, query: &str) -> Vec<f64> {
        let mut sums = vec![0.0; self.passage_counts.len()];
        for (weight, engine) in &self.fields {
            for found in engine.search(query, None) {
                sums[found.document.id] += weight * f64::from(found.score);
            }
        }
        sums
    }

    /// The score of each passage of each article; zero where no word is shared.
    fn passage_scores(&self, query: &str) -> Vec<Vec<f32>> {
        let mut scores: Vec<_> = self.passage_counts.iter().map(|&n| vec![0.0; n]).collect();
        for found in self.passages.search(query, None) {
            let (article, passage) = found.document.id;
            scores[article][passage] = found.score;
        }
        scores
    }
}

fn engine<K: Copy + Eq + std::hash::Hash>(
    documents: impl Iterator<Item = Document<K>>,
) -> SearchEngine<K> {
    let documents: Vec<_> = documents.collect();
    SearchEngineBuilder::with_documents(Language::English, documents).build()
}

fn each_word_once(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric() && c != '\'');
    let mut seen = BTreeSet::new();
    words
        .filter(|word| seen.insert(*word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Maps a sum of BM25 scores, which has no upper bound, into `0.0..=1.0`, rounded to what a person
/// can read.
fn relevance(sum: f64) -> f64 {
    let relevance = 1.0 - (-sum.max(0.0) / RELEVANCE_SCALE).exp();
    (relevance * 10_000.0).round() / 10_000.0
}

fn ordered_by_score(scores: &[f32]) -> Vec<usize> {
    let mut order: Vec<_> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    order
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::conversation::Conversation;

    static LIBRARY: LazyLock<Library> =
        LazyLock::new(|| Library::built_in().expect("the built-in guidelines are sound"));
    static INDEX: LazyLock<Index> = LazyLock::new(|| Index::new(&LIBRARY));

    #[test]
    fn the_article_of_each_recorded_chat_ranks_where_an_agent_would_look() {
        let conversations = Conversation::built_in().expect("the built-in chats are sound");
        let expected = [
            ("return_size", "Return Due to Size", 1),
            ("refund_status", "Refund Status", 1),
            ("timing", "Timing FAQ", 5),
        ];
        for (intent, title, within) in expected {
            let conversation = conversations
                .iter()
                .find(|c| c.intent == intent)
                .expect("known");
            let hits = INDEX.search(&conversation.matter());
            let titles = hits
                .iter()
                .map(|hit| LIBRARY.articles[hit.article].title.as_str());
            let titles: Vec<_> = titles.take(within).collect();
            assert!(titles.contains(&title), "{titles:?}");
        }
    }

    #[test]
    fn a_text_that_shares_no_word_finds_nothing() {
        assert_eq!(INDEX.search("xylophone zeugma"), []);
    }

    #[test]
    fn repeating_oneself_changes_nothing() {
        assert_eq!(
            INDEX.search("My refund, my REFUND! Where is my refund?"),
            INDEX.search("my refund where is"),
        );
    }

    #[test]
    fn another_index_of_the_same_library_ranks_the_same() {
        let text = "I want a refund for the wrong size, and my promo code expired";
        assert_eq!(INDEX.search(text), Index::new(&LIBRARY).search(text));
    }

    proptest! {
        #[test]
        fn scores_stay_in_range_and_fall_and_ties_keep_the_librarys_order(
            text in "[a-z ]{0,40}( refund| size| promo code| account){0,3}",
        ) {
            let hits = INDEX.search(&text);
            prop_assert!(hits.iter().all(|hit| hit.relevance > 0.0 && hit.relevance <= 1.0));
            let falls = |a: &Hit, b: &Hit| {
                a.relevance > b.relevance || (a.relevance == b.relevance && a.article < b.article)
            };
            prop_assert!(hits.is_sorted_by(falls));
        }
    }
}
