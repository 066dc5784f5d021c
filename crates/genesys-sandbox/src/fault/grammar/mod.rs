//! Fault rules as text: `FromStr` and `Display` of [`FaultRule`](super::FaultRule), whose
//! documentation has the grammar.
//!
//! Every mistake is answered with what is wrong and what would be right.

mod error;
mod parse;
mod print;
mod quote;

pub use self::error::FaultRuleError;

#[cfg(test)]
mod tests {
    use std::num::{NonZeroU64, NonZeroUsize};
    use std::time::Duration;

    use axum::http::{HeaderName, HeaderValue};
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::rule::{Condition, Drip, Effects, Flap, Span, StatusFault};
    use super::super::{FaultRule, Route};
    use crate::hostile::HostileBody;

    fn durations() -> impl Strategy<Value = Duration> {
        (0..10_u64.pow(13)).prop_map(Duration::from_nanos)
    }

    fn status_faults() -> impl Strategy<Value = StatusFault> {
        let code = option::of("[a-z0-9]{1,8}(\\.[a-z0-9_]{1,8}){0,3}");
        let refusal = (400_u16..=599, code, option::of(any::<u64>())).prop_map(
            |(status, code, retry_after)| StatusFault {
                status,
                code,
                retry_after,
            },
        );
        let other = (200_u16..400).prop_map(|status| StatusFault {
            status,
            code: None,
            retry_after: None,
        });
        prop_oneof![refusal, other]
    }

    fn headers() -> impl Strategy<Value = (HeaderName, HeaderValue)> {
        ("[a-z]{1,6}(-[a-z]{1,6})?", "[ -~]{0,20}").prop_map(|(name, value)| {
            let value = HeaderValue::from_str(value.trim()).expect("printable ASCII");
            (name.parse().expect("a header's name"), value)
        })
    }

    fn effects() -> impl Strategy<Value = Effects> {
        let drip = (any::<NonZeroUsize>(), durations())
            .prop_map(|(bytes, interval)| Drip { bytes, interval });
        let bodies: Vec<_> = HostileBody::all().collect();
        (
            (option::of(durations()), any::<bool>(), any::<bool>()),
            option::of(status_faults()),
            vec(headers(), 0..3),
            option::of(".{1,20}"),
            option::of(select(bodies)),
            option::of(drip),
            option::of(any::<u64>()),
        )
            .prop_map(
                |((delay, expire_tokens, revoke), status, headers, next, body, drip, reset)| {
                    Effects {
                        delay,
                        expire_tokens,
                        revoke,
                        status,
                        headers,
                        next,
                        body,
                        drip,
                        reset,
                    }
                },
            )
            .prop_filter("a rule has an effect", |effects| {
                *effects != Effects::default()
            })
    }

    fn conditions() -> impl Strategy<Value = Condition> {
        let second = Duration::from_secs(1);
        let during = (durations(), option::of(durations())).prop_map(move |(start, length)| Span {
            start,
            end: length.map(|length| start + length + second),
        });
        let flap = (durations(), durations()).prop_map(move |(on, off)| Flap {
            on: on + second,
            period: on + off + 2 * second,
        });
        (
            any::<u64>(),
            option::of(any::<NonZeroU64>()),
            option::of(0.0..1.0_f64),
            option::of(during),
            option::of(flap),
        )
            .prop_map(|(after, times, p, during, flap)| Condition {
                after,
                times,
                probability: p.map(|p| 1.0 - p),
                during,
                flap,
            })
    }

    fn rules() -> impl Strategy<Value = FaultRule> {
        let route = option::of(select(Route::NAMED));
        (route, conditions(), effects()).prop_map(|(route, condition, effects)| FaultRule {
            route,
            condition,
            effects,
        })
    }

    proptest! {
        #[test]
        fn what_is_displayed_parses_back_to_the_same_rule(rule in rules()) {
            prop_assert_eq!(rule.to_string().parse::<FaultRule>(), Ok(rule));
        }

        #[test]
        fn no_text_makes_the_parser_panic(
            text in ".{0,60}",
            clause in "[a-z_]{0,12}=?.{0,12}",
            value in "[\"\\\\,a.:/ ]{0,12}",
        ) {
            let _ = text.parse::<FaultRule>();
            let _ = format!("suggestions:{clause},{text}").parse::<FaultRule>();
            for name in ["header", "next", "during", "flap", "drip"] {
                let _ = format!("suggestions:{name}={value}").parse::<FaultRule>();
            }
        }
    }

    #[test]
    fn every_mistake_is_named_with_what_would_be_right() {
        let mistakes = [
            "recommendations",
            "recomendations:status=503",
            "token:",
            "token:statsu=503",
            "token:status=199",
            "token:status=oops",
            "token:status=400,code=a b",
            "token:delay=250",
            "token:body=garbled",
            "token:body=999",
            "token:expire_tokens=yes",
            "token:revoke=yes",
            "token:status=503,times=0",
            "token:status=503,probability=1.5",
            "token:status=503,status=504",
            "token:status=204,code=x",
            "token:header=retry-after",
            "token:header=re try:1",
            "token:header=\"retry-after:1",
            "token:header=x:\"1\"",
            "token:header=retry-after: Fri, 31 Dec 1999 23:59:59 GMT",
            "token:drip=1",
            "token:drip=0/1s",
            "token:reset=half",
            "suggestions:next=",
            "suggestions:status=503,during=30s",
            "suggestions:status=503,during=30s..5s",
            "suggestions:status=503,flap=10s/3s",
            "suggestions:status=503,flap=3s",
            "suggestions:retry_after=3",
            "suggestions:delay=1s,code=x",
            "suggestions:times=3",
        ];
        let answers: Vec<_> = mistakes
            .iter()
            .map(|text| match text.parse::<FaultRule>() {
                Ok(rule) => panic!("{text} was taken for {rule}"),
                Err(error) => format!("{text} -> {error}"),
            })
            .collect();
        insta::assert_snapshot!(answers.join("\n"));
    }

    #[test]
    fn spaces_and_the_order_of_clauses_do_not_matter() {
        let rule: FaultRule =
            " suggestions : times=2 , retry_after=3, status=429, during = .. 30s "
                .parse()
                .expect("a rule");
        assert_eq!(
            rule.to_string(),
            "suggestions:status=429,retry_after=3,times=2,during=0s..30s"
        );
    }

    #[test]
    fn a_hostile_body_goes_by_its_number_too() {
        let named: FaultRule = "me:body=truncated".parse().expect("a rule");
        assert_eq!("me:body=0".parse(), Ok(named));
    }
}
