//! What the pure parts of a request take, each by itself and on one core.
//!
//! | group | what is done |
//! |---|---|
//! | `request` | the payload's rules; the key of the answer |
//! | `screening` | 100 recommendations of 550 bytes, a fifth of them with personal data |
//! | `audit` | a record as canonical JSON, up to its predecessor's hash |
//!
//! Against whom they are measured: see `bench/`, which compares ratios of one run.

use std::hint::black_box;

use agent_assist_domain::batch::Batch;
use agent_assist_domain::cache::{AnswerKey, AnswerRules, SubjectKey};
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::SourceProfile;
use agent_assist_domain::screening::{Screening, ScreeningPolicy};
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{batch, fetch_entry, fetch_request, recommendation, request};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

criterion_group!(benches, asked, screened, recorded);
criterion_main!(benches);

const DIALECT: Dialect = Dialect::Recommendations;
const CLEAN: &str = "Ask which payment method was used before anything is promised, since a \
    refund goes back the way the money came. It takes up to five working days from when the bank \
    has it. ";
const PERSONAL: &str = "Confirm it by mail to joe.miller@example.com. ";

/// As many as the platform gives at most, with texts as long as those of a knowledge base.
fn full() -> Batch {
    batch((0..100).map(|number| {
        let mut text = CLEAN.repeat(3);
        if number % 5 == 0 {
            text.push_str(PERSONAL);
        }
        let built = recommendation(&format!("r-{number}"));
        // Nobody vouches for it.
        built.texts("Refunds", &text).flagged(None)
    }))
}

fn asked(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("request");
    group.bench_function("validate", |b| {
        b.iter(|| black_box(request()).validate(DIALECT));
    });
    let asked = fetch_request(DIALECT);
    let (policy, version) = (
        ScreeningPolicy::for_dialect(DIALECT),
        Screening::new().version(),
    );
    let profile = SourceProfile::new(DIALECT, "https://api.example.com");
    let rules = AnswerRules::of("default", &profile, &policy, version);
    let subject_key = SubjectKey::new([7; 32]);
    group.bench_function("answer key", |b| {
        b.iter(|| AnswerKey::of(&rules, black_box(&asked), &subject_key));
    });
    group.finish();
}

fn screened(criterion: &mut Criterion) {
    let (batch, request) = (full(), fetch_request(DIALECT));
    let (screening, policy) = (Screening::new(), ScreeningPolicy::for_dialect(DIALECT));
    let texts = batch.items.iter().flat_map(|item| &item.parts);
    let bytes: usize = texts.map(|part| part.text.len()).sum();
    let mut group = criterion.benchmark_group("screening");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("100 recommendations", |b| {
        b.iter(|| screening.screen(black_box(&batch), &request, DIALECT, &policy, None));
    });
    group.finish();
}

fn recorded(criterion: &mut Criterion) {
    let entry = fetch_entry("q-1", ManualClock::START);
    let mut group = criterion.benchmark_group("audit");
    group.bench_function("record to canonical JSON", |b| {
        b.iter(|| black_box(&entry).to_unchained());
    });
    group.finish();
}
