//! Texts of the sizes and kinds that the gateway scans, drawn from the development corpus by a
//! seeded source: the same in every run.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::Value;

const CORPUS: &str = include_str!("../../corpus/corpus.ndjson");
const SEED: u64 = 0x5EED_0F7E;

/// The languages of a knowledge base, about as often as they are used.
const LOCALES: [&str; 15] = [
    "en", "en", "en", "en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "zh", "ko", "ja",
];

/// One sentence in so many holds a number that is nobody's: an order, a date, a version.
const ONE_WITH_NUMBER: usize = 10;

/// Sentences by what is in them and by locale.
pub(crate) struct Corpus {
    /// Knowledge and everyday prose.
    prose: Sentences,
    /// Everyday prose alone.
    plain: Sentences,
    /// Order numbers, dates, versions and the like.
    numbers: Sentences,
    /// Personal data.
    values: Sentences,
}

type Sentences = BTreeMap<String, Vec<String>>;

impl Corpus {
    pub(crate) fn read() -> Self {
        let mut corpus = Self {
            prose: Sentences::new(),
            plain: Sentences::new(),
            numbers: Sentences::new(),
            values: Sentences::new(),
        };
        for line in CORPUS.lines() {
            let row: Value = serde_json::from_str(line).expect("a line of the corpus is JSON");
            let field = |name: &str| row[name].as_str().expect("a string").to_owned();
            let (locale, text) = (field("locale"), field("text"));
            let sentences = match (&*field("kind"), &*field("class")) {
                ("pii", _) => &mut corpus.values,
                ("clean", class) if class.starts_with("plain_") => {
                    let plain = corpus.plain.entry(locale.clone()).or_default();
                    plain.push(text.clone());
                    &mut corpus.prose
                }
                ("clean", "abcd" | "knowledge") => &mut corpus.prose,
                ("clean", class) if class.starts_with("instructions") => &mut corpus.prose,
                (
                    "clean",
                    "order_numbers" | "tracking_numbers" | "dates" | "references" | "measures"
                    | "versions",
                ) => &mut corpus.numbers,
                _ => continue,
            };
            sentences.entry(locale).or_default().push(text);
        }
        corpus
    }

    /// 60 knowledge articles of about 2 KB in several languages, with up to three values each.
    pub(crate) fn knowledge(&self) -> Vec<String> {
        let mut rng = Rng::with_seed(SEED);
        let articles = LOCALES.iter().cycle().take(60);
        articles
            .map(|locale| {
                let values = rng.usize(0..=3);
                self.text(&mut rng, locale, 2048, values)
            })
            .collect()
    }

    /// The texts of one answer: 100 recommendations with a title of a few words and a passage of
    /// about 300 bytes, as the platform's knowledge search gives them. Instructions that name
    /// personal data are among them, but no numbers.
    pub(crate) fn passages(&self) -> Vec<String> {
        const PASSAGE: usize = 300;
        let mut rng = Rng::with_seed(SEED);
        let has_sign = |text: &String| text.contains(|c: char| c.is_numeric() || c == '@');
        let sentences: Vec<_> = self.prose["en"]
            .iter()
            .filter(|text| !has_sign(text))
            .collect();
        let mut pick = || *rng.choice(&sentences).expect("there are sentences");
        let texts = (0..100).flat_map(|_| {
            let title = pick().split_inclusive(' ').take(5).collect();
            let mut passage = pick().clone();
            while passage.len() < PASSAGE {
                passage.push(' ');
                passage.push_str(pick());
            }
            [title, passage]
        });
        texts.collect()
    }

    /// The same at its worst: 100 recommendations of 200 to 600 bytes, nearly all of them with
    /// numbers that are nobody's, every fourth with a value.
    pub(crate) fn numbers(&self) -> Vec<String> {
        let mut rng = Rng::with_seed(SEED);
        (0..100)
            .map(|index| {
                let locale = if index % 10 == 9 { "de" } else { "en" };
                let len = rng.usize(200..=500);
                self.text(&mut rng, locale, len, usize::from(index % 4 == 0))
            })
            .collect()
    }

    /// Prose of about 2 KB in one language in which nothing can be personal data.
    pub(crate) fn prose(&self, locale: &str) -> Vec<String> {
        let mut rng = Rng::with_seed(SEED);
        let is_plain = |text: &&String| !text.contains(|c: char| c.is_numeric() || c == '@');
        let sentences: Vec<_> = self.plain[locale].iter().filter(is_plain).collect();
        (0..60)
            .map(|_| {
                let mut text = String::new();
                while text.len() < 2048 {
                    text.push_str(rng.choice(&sentences).expect("there are sentences"));
                    text.push(' ');
                }
                text
            })
            .collect()
    }

    /// Sentences of one language, `values` of them with personal data, until there are `len` bytes.
    fn text(&self, rng: &mut Rng, locale: &str, len: usize, values: usize) -> String {
        let mut sentences = Vec::new();
        for _ in 0..values {
            sentences.push(pick(rng, &self.values, locale));
        }
        let mut size: usize = sentences.iter().map(|sentence| sentence.len() + 1).sum();
        while size < len {
            let from = if rng.usize(..ONE_WITH_NUMBER) == 0 {
                &self.numbers
            } else {
                &self.prose
            };
            let sentence = pick(rng, from, locale);
            size += sentence.len() + 1;
            sentences.push(sentence);
        }
        rng.shuffle(&mut sentences);
        let mut text = String::with_capacity(size);
        for sentence in sentences {
            text.push_str(sentence);
            text.push(if rng.usize(..5) == 0 { '\n' } else { ' ' });
        }
        text
    }
}

/// A sentence of a language, or of English if there is none.
fn pick<'s>(rng: &mut Rng, sentences: &'s Sentences, locale: &str) -> &'s str {
    let sentences = sentences.get(locale).unwrap_or_else(|| &sentences["en"]);
    rng.choice(sentences).expect("there are sentences")
}
