//! `FromStr` of [`FaultRule`].

use std::num::NonZeroUsize;
use std::str::FromStr;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};

use super::super::rule::{Condition, Drip, Effects, Flap, Span, StatusFault};
use super::super::{FaultRule, Route};
use super::FaultRuleError;
use super::quote::{clauses, unquoted};
use crate::hostile::HostileBody;

const STATUS: &str = "a number from 200 to 599";
const HEADER: &str = "NAME:VALUE, such as retry-after:10, within quotes if a comma is in it";
const DURATION: &str = "a duration such as 250ms or 2s";
const NEXT: &str = "a text, such as //elsewhere.example/x";
const BODY: &str = "the name or number of a hostile body, such as truncated, oversized, \
                    gzip_bomb or 17 (docs/sandbox.md lists them)";
const DRIP: &str = "BYTES/INTERVAL of at least one byte, such as 1/50ms";
const PROBABILITY: &str = "a number above 0 and at most 1";
const CODE: &str = "letters, digits, dots and underscores, such as service.unavailable";
const DURING: &str = "START..END with the end after the start, such as 5s..35s, ..30s or 10s..";
const FLAP: &str = "ON/PERIOD, the first the shorter and above 0, such as 3s/10s";

impl FromStr for FaultRule {
    type Err = FaultRuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (route, rest) = text.split_once(':').ok_or(FaultRuleError::NoColon)?;
        let route = parse_route(route.trim())?;
        let mut draft = Draft::default();
        let mut seen = Vec::new();
        for clause in clauses(rest) {
            let (name, value) = clause.split_once('=').unwrap_or((clause, ""));
            let name = name.trim();
            let bad_quotes = || FaultRuleError::BadQuotes {
                given: clause.to_owned(),
            };
            let value = unquoted(value.trim()).ok_or_else(bad_quotes)?;
            if name != "header" && seen.contains(&name) {
                return Err(FaultRuleError::Twice {
                    clause: name.to_owned(),
                });
            }
            seen.push(name);
            let known = draft.effect(name, &value)? || draft.condition(name, &value)?;
            if !known {
                return Err(FaultRuleError::UnknownClause {
                    given: name.to_owned(),
                });
            }
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
    /// Without its status, which is put together in the end.
    effects: Effects,
    condition: Condition,
}

impl Draft {
    /// Takes a clause that is or describes an effect; false for any other.
    fn effect(&mut self, name: &str, value: &str) -> Result<bool, FaultRuleError> {
        let effects = &mut self.effects;
        match name {
            "status" => {
                let status = number("status", STATUS, value)?;
                let allowed = Some(status).filter(|status| (200..=599).contains(status));
                self.status = Some(allowed.ok_or_else(|| bad("status", STATUS, value))?);
            }
            "code" => self.code = Some(parse_code(value)?),
            "retry_after" => {
                self.retry_after = Some(number("retry_after", "a number of seconds", value)?);
            }
            "header" => effects.headers.push(parse_header(value)?),
            "delay" => effects.delay = Some(duration("delay", DURATION, value)?),
            "next" if value.is_empty() => return Err(bad("next", NEXT, value)),
            "next" => effects.next = Some(value.to_owned()),
            "body" => {
                let body = HostileBody::find(value);
                effects.body = Some(body.ok_or_else(|| bad("body", BODY, value))?);
            }
            "drip" => effects.drip = Some(parse_drip(value)?),
            "reset" => effects.reset = Some(number("reset", "a number of bytes", value)?),
            "expire_tokens" => effects.expire_tokens = flag("expire_tokens", value)?,
            "revoke" => effects.revoke = flag("revoke", value)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Takes a clause that says when; false for any other.
    fn condition(&mut self, name: &str, value: &str) -> Result<bool, FaultRuleError> {
        let condition = &mut self.condition;
        match name {
            "after" => condition.after = number("after", "a number of requests", value)?,
            "times" => condition.times = Some(number("times", "a number of at least 1", value)?),
            "probability" => {
                let probability = number("probability", PROBABILITY, value)?;
                let allowed = Some(probability).filter(|p| *p > 0.0 && *p <= 1.0);
                condition.probability =
                    Some(allowed.ok_or_else(|| bad("probability", PROBABILITY, value))?);
            }
            "during" => condition.during = Some(parse_during(value)?),
            "flap" => condition.flap = Some(parse_flap(value)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn finish(self, route: Option<Route>) -> Result<FaultRule, FaultRuleError> {
        let Self {
            status,
            code,
            retry_after,
            mut effects,
            condition,
        } = self;
        if status.is_none_or(|status| status < 400) {
            let said = [
                ("code", code.is_some()),
                ("retry_after", retry_after.is_some()),
            ];
            if let Some((clause, _)) = said.into_iter().find(|(_, given)| *given) {
                return Err(FaultRuleError::NeedsErrorStatus { clause });
            }
        }
        effects.status = status.map(|status| StatusFault {
            status,
            code,
            retry_after,
        });
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

fn number<N: FromStr>(
    clause: &'static str,
    expected: &'static str,
    value: &str,
) -> Result<N, FaultRuleError> {
    value.parse().map_err(|_| bad(clause, expected, value))
}

fn duration(
    clause: &'static str,
    expected: &'static str,
    value: &str,
) -> Result<Duration, FaultRuleError> {
    humantime::parse_duration(value.trim()).map_err(|_| bad(clause, expected, value))
}

fn flag(clause: &'static str, value: &str) -> Result<bool, FaultRuleError> {
    if value.is_empty() {
        Ok(true)
    } else {
        Err(bad(clause, "no value", value))
    }
}

fn parse_code(value: &str) -> Result<String, FaultRuleError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_';
    if value.is_empty() || !value.chars().all(allowed) {
        return Err(bad("code", CODE, value));
    }
    Ok(value.to_owned())
}

fn parse_header(value: &str) -> Result<(HeaderName, HeaderValue), FaultRuleError> {
    let parse = || {
        let (name, value) = value.split_once(':')?;
        let name = name.trim().parse::<HeaderName>().ok()?;
        Some((name, HeaderValue::from_str(value.trim()).ok()?))
    };
    parse().ok_or_else(|| bad("header", HEADER, value))
}

fn parse_drip(value: &str) -> Result<Drip, FaultRuleError> {
    let (bytes, interval) = value
        .split_once('/')
        .ok_or_else(|| bad("drip", DRIP, value))?;
    Ok(Drip {
        bytes: number::<NonZeroUsize>("drip", DRIP, bytes.trim())?,
        interval: duration("drip", DRIP, interval)?,
    })
}

fn parse_during(value: &str) -> Result<Span, FaultRuleError> {
    let moment = |text: &str| {
        let text = text.trim();
        (!text.is_empty())
            .then(|| duration("during", DURING, text))
            .transpose()
    };
    let (start, end) = value
        .split_once("..")
        .ok_or_else(|| bad("during", DURING, value))?;
    let start = moment(start)?.unwrap_or_default();
    let end = moment(end)?;
    if end.is_some_and(|end| end <= start) {
        return Err(bad("during", DURING, value));
    }
    Ok(Span { start, end })
}

fn parse_flap(value: &str) -> Result<Flap, FaultRuleError> {
    let (on, period) = value
        .split_once('/')
        .ok_or_else(|| bad("flap", FLAP, value))?;
    let (on, period) = (duration("flap", FLAP, on)?, duration("flap", FLAP, period)?);
    if on.is_zero() || on >= period {
        return Err(bad("flap", FLAP, value));
    }
    Ok(Flap { on, period })
}

fn bad(clause: &'static str, expected: &'static str, given: &str) -> FaultRuleError {
    FaultRuleError::BadValue {
        clause,
        expected,
        given: given.to_owned(),
    }
}
