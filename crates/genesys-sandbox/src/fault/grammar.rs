//! Fault rules as text: `FromStr` and `Display` of [`FaultRule`], whose documentation has the
//! grammar.
//!
//! Every mistake is answered with what is wrong and what would be right.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::rule::{BodyFault, Condition, Effects, StatusFault};
use super::{FaultRule, Route};

const CLAUSES: &str =
    "status, code, retry_after, delay, body, expire_tokens, after, times, probability";

/// Why a text is not a fault rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultRuleError {
    /// There is no colon.
    #[error("a fault rule is ROUTE:CLAUSE,CLAUSE,... such as recommendations:status=503,times=2")]
    NoColon,
    /// The route has no such name.
    #[error(
        "there is no route {given:?}; use one of {}, or * for all",
        route_names()
    )]
    UnknownRoute {
        /// What stands before the colon.
        given: String,
    },
    /// The clause has no such name.
    #[error("there is no clause {given:?}; use one of {CLAUSES}")]
    UnknownClause {
        /// What stands before the equals sign.
        given: String,
    },
    /// The clause's value has the wrong form.
    #[error("{clause} wants {expected}, not {given:?}")]
    BadValue {
        /// The clause's name.
        clause: &'static str,
        /// What would be right.
        expected: &'static str,
        /// What was given.
        given: String,
    },
    /// The clause stands there twice.
    #[error("{clause} is given twice")]
    Twice {
        /// The clause's name.
        clause: String,
    },
    /// The clause says more about a status that is not there.
    #[error("{clause} needs a status beside it, such as status=429,{clause}=...")]
    NeedsStatus {
        /// The clause's name.
        clause: &'static str,
    },
    /// Nothing would go wrong.
    #[error("the rule has no effect; give at least one of status, delay, body, expire_tokens")]
    NoEffect,
}

fn route_names() -> String {
    Route::NAMED
        .iter()
        .map(|route| route.name())
        .collect::<Vec<_>>()
        .join(", ")
}

impl FromStr for FaultRule {
    type Err = FaultRuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (route, clauses) = text.split_once(':').ok_or(FaultRuleError::NoColon)?;
        let route = parse_route(route.trim())?;
        let mut draft = Draft::default();
        let mut seen = Vec::new();
        for clause in clauses
            .split(',')
            .map(str::trim)
            .filter(|clause| !clause.is_empty())
        {
            let (name, value) = clause.split_once('=').unwrap_or((clause, ""));
            let (name, value) = (name.trim(), value.trim());
            if seen.contains(&name) {
                return Err(FaultRuleError::Twice {
                    clause: name.to_owned(),
                });
            }
            seen.push(name);
            draft.clause(name, value)?;
        }
        draft.finish(route)
    }
}

fn parse_route(name: &str) -> Result<Option<Route>, FaultRuleError> {
    if name == "*" {
        return Ok(None);
    }
    Route::from_name(name)
        .map(Some)
        .ok_or_else(|| FaultRuleError::UnknownRoute {
            given: name.to_owned(),
        })
}

/// A rule whose clauses are still being read, in any order.
#[derive(Default)]
struct Draft {
    status: Option<u16>,
    code: Option<String>,
    retry_after: Option<u64>,
    delay: Option<Duration>,
    body: Option<BodyFault>,
    expire_tokens: bool,
    condition: Condition,
}

impl Draft {
    fn clause(&mut self, name: &str, value: &str) -> Result<(), FaultRuleError> {
        match name {
            "status" => {
                let status = number("status", STATUS, value)?;
                let allowed = Some(status).filter(|status| (400..=599).contains(status));
                self.status = Some(allowed.ok_or_else(|| bad("status", STATUS, value))?);
            }
            "code" => self.code = Some(parse_code(value)?),
            "retry_after" => {
                self.retry_after = Some(number("retry_after", "a number of seconds", value)?);
            }
            "delay" => {
                let delay = humantime::parse_duration(value);
                self.delay =
                    Some(delay.map_err(|_| bad("delay", "a duration such as 250ms or 2s", value))?);
            }
            "body" => {
                let fault = BodyFault::ALL
                    .iter()
                    .copied()
                    .find(|fault| fault.name() == value);
                self.body = Some(fault.ok_or_else(|| bad("body", BODY, value))?);
            }
            "expire_tokens" if value.is_empty() => self.expire_tokens = true,
            "expire_tokens" => return Err(bad("expire_tokens", "no value", value)),
            "after" => self.condition.after = number("after", "a number of requests", value)?,
            "times" => {
                self.condition.times = Some(number("times", "a number of at least 1", value)?);
            }
            "probability" => {
                let probability = number("probability", PROBABILITY, value)?;
                let allowed = Some(probability).filter(|p| *p > 0.0 && *p <= 1.0);
                self.condition.probability =
                    Some(allowed.ok_or_else(|| bad("probability", PROBABILITY, value))?);
            }
            other => {
                return Err(FaultRuleError::UnknownClause {
                    given: other.to_owned(),
                });
            }
        }
        Ok(())
    }

    fn finish(self, route: Option<Route>) -> Result<FaultRule, FaultRuleError> {
        let Self {
            status,
            code,
            retry_after,
            delay,
            body,
            expire_tokens,
            condition,
        } = self;
        if status.is_none() && code.is_some() {
            return Err(FaultRuleError::NeedsStatus { clause: "code" });
        }
        if status.is_none() && retry_after.is_some() {
            return Err(FaultRuleError::NeedsStatus {
                clause: "retry_after",
            });
        }
        let status = status.map(|status| StatusFault {
            status,
            code,
            retry_after,
        });
        let effects = Effects {
            delay,
            expire_tokens,
            status,
            body,
        };
        if effects == Effects::default() {
            return Err(FaultRuleError::NoEffect);
        }
        Ok(FaultRule {
            route,
            condition,
            effects,
        })
    }
}

const STATUS: &str = "a number from 400 to 599";
const BODY: &str = "truncated, malformed, empty or html";
const PROBABILITY: &str = "a number above 0 and at most 1";
const CODE: &str = "letters, digits, dots and underscores, such as service.unavailable";

fn number<N: FromStr>(
    clause: &'static str,
    expected: &'static str,
    value: &str,
) -> Result<N, FaultRuleError> {
    value.parse().map_err(|_| bad(clause, expected, value))
}

fn parse_code(value: &str) -> Result<String, FaultRuleError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_';
    if value.is_empty() || !value.chars().all(allowed) {
        return Err(bad("code", CODE, value));
    }
    Ok(value.to_owned())
}

fn bad(clause: &'static str, expected: &'static str, given: &str) -> FaultRuleError {
    FaultRuleError::BadValue {
        clause,
        expected,
        given: given.to_owned(),
    }
}

impl fmt::Display for FaultRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.route.map_or("*", Route::name))?;
        let mut clauses = self.effects.clauses();
        clauses.extend(self.condition.clauses());
        write!(f, ":{}", clauses.join(","))
    }
}

impl Effects {
    fn clauses(&self) -> Vec<String> {
        let mut clauses = Vec::new();
        if let Some(StatusFault {
            status,
            code,
            retry_after,
        }) = &self.status
        {
            clauses.push(format!("status={status}"));
            clauses.extend(code.as_ref().map(|code| format!("code={code}")));
            clauses.extend(retry_after.map(|seconds| format!("retry_after={seconds}")));
        }
        clauses.extend(
            self.delay
                .map(|delay| format!("delay={}", humantime::format_duration(delay))),
        );
        clauses.extend(self.body.map(|body| format!("body={}", body.name())));
        clauses.extend(self.expire_tokens.then(|| "expire_tokens".to_owned()));
        clauses
    }
}

impl Condition {
    fn clauses(&self) -> Vec<String> {
        let mut clauses = Vec::new();
        if self.after > 0 {
            clauses.push(format!("after={}", self.after));
        }
        clauses.extend(self.times.map(|times| format!("times={times}")));
        clauses.extend(
            self.probability
                .map(|probability| format!("probability={probability}")),
        );
        clauses
    }
}

#[cfg(test)]
mod tests {
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn rules() -> impl Strategy<Value = FaultRule> {
        let status = (
            400_u16..=599,
            option::of("[a-z0-9]{1,8}(\\.[a-z0-9_]{1,8}){0,3}"),
        )
            .prop_flat_map(|(status, code)| {
                option::of(any::<u64>()).prop_map(move |retry_after| StatusFault {
                    status,
                    code: code.clone(),
                    retry_after,
                })
            });
        let effects = (
            option::of((0..10_u64.pow(13)).prop_map(Duration::from_nanos)),
            any::<bool>(),
            option::of(status),
            option::of(select(BodyFault::ALL)),
        )
            .prop_map(|(delay, expire_tokens, status, body)| Effects {
                delay,
                expire_tokens,
                status,
                body,
            })
            .prop_filter("a rule has an effect", |effects| {
                *effects != Effects::default()
            });
        let condition = (
            any::<u64>(),
            option::of(any::<std::num::NonZeroU64>()),
            option::of(0.0..1.0_f64),
        )
            .prop_map(|(after, times, p)| Condition {
                after,
                times,
                probability: p.map(|p| 1.0 - p),
            });
        (option::of(select(Route::NAMED)), condition, effects).prop_map(
            |(route, condition, effects)| FaultRule {
                route,
                condition,
                effects,
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_displayed_parses_back_to_the_same_rule(rule in rules()) {
            prop_assert_eq!(rule.to_string().parse::<FaultRule>(), Ok(rule));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,60}", clause in "[a-z_]{0,12}=?.{0,12}") {
            let _ = text.parse::<FaultRule>();
            let _ = format!("suggestions:{clause},{text}").parse::<FaultRule>();
        }
    }

    #[test]
    fn every_mistake_is_named_with_what_would_be_right() {
        let mistakes = [
            "recommendations",
            "recomendations:status=503",
            "token:",
            "token:statsu=503",
            "token:status=200",
            "token:status=oops",
            "token:status=400,code=a b",
            "token:delay=250",
            "token:body=garbled",
            "token:expire_tokens=yes",
            "token:status=503,times=0",
            "token:status=503,probability=1.5",
            "token:status=503,status=504",
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
        let rule: FaultRule = " suggestions : times=2 , retry_after=3, status=429 "
            .parse()
            .expect("a rule");
        assert_eq!(
            rule.to_string(),
            "suggestions:status=429,retry_after=3,times=2"
        );
    }
}
