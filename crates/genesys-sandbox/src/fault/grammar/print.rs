//! `Display` of [`FaultRule`].

use std::fmt;

use humantime::format_duration;

use super::super::rule::{Condition, Drip, Effects, Flap, Span, StatusFault};
use super::super::{FaultRule, Route};
use super::quote::quoted;

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
        clauses.extend(self.headers.iter().map(|(name, value)| {
            // A header fault is only ever made from text.
            let value = value.to_str().unwrap_or_default();
            format!("header={}", quoted(&format!("{name}:{value}")))
        }));
        clauses.extend(
            self.delay
                .map(|delay| format!("delay={}", format_duration(delay))),
        );
        clauses.extend(
            self.next
                .as_ref()
                .map(|next| format!("next={}", quoted(next))),
        );
        clauses.extend(self.body.map(|body| format!("body={}", body.name())));
        clauses.extend(
            self.drip.map(|Drip { bytes, interval }| {
                format!("drip={bytes}/{}", format_duration(interval))
            }),
        );
        clauses.extend(self.reset.map(|bytes| format!("reset={bytes}")));
        clauses.extend(self.expire_tokens.then(|| "expire_tokens".to_owned()));
        clauses.extend(self.revoke.then(|| "revoke".to_owned()));
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
        clauses.extend(self.during.map(|Span { start, end }| {
            let end = end.map_or_else(String::new, |end| format_duration(end).to_string());
            format!("during={}..{end}", format_duration(start))
        }));
        clauses.extend(self.flap.map(|Flap { on, period }| {
            format!("flap={}/{}", format_duration(on), format_duration(period))
        }));
        clauses
    }
}
