//! How long remembered answers may be given out.

use std::time::Duration;

use agent_assist_domain::cache::AnswerKey;
use agent_assist_domain::freshness::{Freshness, FreshnessPolicy, Remembrance};
use agent_assist_domain::time::Timestamp;
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn policies() -> impl Strategy<Value = FreshnessPolicy> {
    let ms = |max: u64| (0..max).prop_map(Duration::from_millis);
    (ms(60_000), ms(60_000), ms(60_000), ms(1_000_000)).prop_map(
        |(ttl, negative_ttl, stale_while_revalidate, stale_if_error)| FreshnessPolicy {
            ttl,
            negative_ttl,
            stale_while_revalidate,
            stale_if_error,
        },
    )
}

fn rank(freshness: Freshness) -> u8 {
    match freshness {
        Freshness::Fresh { .. } => 0,
        Freshness::Stale { .. } => 1,
        Freshness::IfError { .. } => 2,
        Freshness::Expired => 3,
    }
}

proptest! {
    #[test]
    fn an_answer_only_ever_gets_worse_and_no_state_outlasts_its_limit(
        policy in policies(), negative: bool, spread in 0.0..=1.0,
        mut ages in prop::collection::vec(0..2_000_000_u64, 1..20),
    ) {
        ages.sort_unstable();
        let mut last = 0;
        for age in ages {
            let fetched_at = Timestamp::from_millis(NOW.as_millis() - age as i64);
            let judged = policy.judge(Remembrance { fetched_at, negative, spread }, NOW);
            prop_assert!(rank(judged) >= last, "an answer does not become younger");
            last = rank(judged);
            let age = Duration::from_millis(age);
            let ttl = if negative { policy.ttl.min(policy.negative_ttl) } else { policy.ttl };
            match judged {
                Freshness::Fresh { age: told } => {
                    prop_assert!(age < ttl);
                    prop_assert_eq!(told, age);
                }
                Freshness::Stale { .. } => {
                    prop_assert!(age >= ttl.mul_f64(0.9) && age < ttl + policy.stale_while_revalidate);
                }
                Freshness::IfError { .. } => prop_assert!(age < ttl + policy.stale_if_error),
                Freshness::Expired => {
                    prop_assert!(age >= ttl.mul_f64(0.9) + policy.stale_if_error);
                }
            }
            prop_assert!(rank(judged) == 3 || age < policy.retention());
        }
    }

    #[test]
    fn what_claims_to_come_from_the_future_is_not_given_out(policy in policies(), ahead in 1..10_000_i64) {
        let fetched_at = Timestamp::from_micros(NOW.as_micros() + ahead);
        let what = Remembrance { fetched_at, negative: false, spread: 0.0 };
        prop_assert_eq!(policy.judge(what, NOW), Freshness::Expired);
    }

    #[test]
    fn the_spread_of_a_key_stays_the_same_and_within_bounds(key: [u8; 32], at: i64) {
        let key = AnswerKey::from_bytes(key);
        let spread = key.spread(Timestamp::from_micros(at));
        prop_assert!((0.0..1.0).contains(&spread));
        prop_assert_eq!(spread, key.spread(Timestamp::from_micros(at)));
    }
}

#[test]
fn keys_fetched_in_the_same_moment_expire_apart() {
    let mut spreads: Vec<f64> = (0..100_u8)
        .map(|n| AnswerKey::from_bytes([n; 32]).spread(NOW))
        .collect();
    spreads.sort_by(f64::total_cmp);
    let widest_gap = spreads
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .fold(0.0, f64::max);
    assert!(
        widest_gap < 0.1,
        "spread over the whole range, not in lumps: {widest_gap}"
    );
}

#[test]
fn without_stale_if_error_nothing_outlives_a_failure() {
    let none = FreshnessPolicy {
        stale_if_error: Duration::ZERO,
        ..FreshnessPolicy::default()
    };
    assert!(!none.outlives_failure());
    let fetched_at = Timestamp::from_millis(NOW.as_millis() - 31_000);
    let what = Remembrance {
        fetched_at,
        negative: false,
        spread: 0.0,
    };
    assert_eq!(none.judge(what, NOW), Freshness::Expired);
    let age = Duration::from_secs(31);
    assert_eq!(
        FreshnessPolicy::default().judge(what, NOW),
        Freshness::IfError { age }
    );
}
