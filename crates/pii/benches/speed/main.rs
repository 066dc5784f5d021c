//! How fast texts of everyday use are scanned, on one core.
//!
//! | group | must reach |
//! |---|---|
//! | `knowledge` | 20 MB/s |
//! | `prose` | 500 MB/s |
//! | `answer` | 1 ms |

mod processor;
mod texts;

use std::hint::black_box;

use agent_assist_pii::{Scanner, SubjectTerms, mask};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

use crate::{processor::ProcessorTime, texts::Corpus};

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(ProcessorTime);
    targets = knowledge, prose, answer
}
criterion_main!(benches);

/// Knowledge articles of 2 KB, without and with what is known of a customer.
fn knowledge(criterion: &mut Criterion<ProcessorTime>) {
    let texts = Corpus::read().knowledge();
    let mut group = criterion.benchmark_group("knowledge");
    group.throughput(bytes(&texts));
    let scanner = Scanner::new();
    let nobody = SubjectTerms::none();
    let somebody = SubjectTerms::new(["Crystal Minh", "(977) 625-2661", "cminh730@email.com"]);
    group.bench_function("scan", |b| b.iter(|| scan(&scanner, &texts, &nobody)));
    group.bench_function("scan with subject terms", |b| {
        b.iter(|| scan(&scanner, &texts, &somebody));
    });
    group.bench_function("mask", |b| {
        b.iter(|| {
            for text in &texts {
                black_box(mask(text, &scanner.scan(text, &nobody)));
            }
        });
    });
    group.finish();
}

/// Prose of 2 KB without anything that could be a value.
fn prose(criterion: &mut Criterion<ProcessorTime>) {
    let corpus = Corpus::read();
    let scanner = Scanner::new();
    let nobody = SubjectTerms::none();
    let mut group = criterion.benchmark_group("prose");
    for locale in ["en", "de", "fr", "pl", "ar", "zh", "ko"] {
        let texts = corpus.prose(locale);
        group.throughput(bytes(&texts));
        group.bench_function(locale, |b| b.iter(|| scan(&scanner, &texts, &nobody)));
    }
    group.finish();
}

/// All texts of one answer with a hundred recommendations.
fn answer(criterion: &mut Criterion<ProcessorTime>) {
    let corpus = Corpus::read();
    let scanner = Scanner::new();
    let nobody = SubjectTerms::none();
    let mut group = criterion.benchmark_group("answer");
    for (name, texts) in [
        ("100 entities", corpus.passages()),
        ("100 entities full of numbers", corpus.numbers()),
    ] {
        group.throughput(bytes(&texts));
        group.bench_function(name, |b| b.iter(|| scan(&scanner, &texts, &nobody)));
    }
    group.finish();
}

fn scan(scanner: &Scanner, texts: &[String], subject: &SubjectTerms) {
    for text in texts {
        black_box(scanner.scan(black_box(text), subject));
    }
}

fn bytes(texts: &[String]) -> Throughput {
    let total: usize = texts.iter().map(String::len).sum();
    Throughput::BytesDecimal(total as u64)
}
