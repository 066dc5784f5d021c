//! A second look at finished bytes, on a sample of them: whatever went wrong before, personal data
//! that is seen here does not leave.
//!
//! The look is the screening's, at every text of a finished JSON document. It knows of no subject
//! terms, and it skips identifiers by their names: those are checked where they come in, and digits
//! in them that look like a telephone number are no alarm.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use agent_assist_domain::audit::{Egress, EgressFacts};
use agent_assist_domain::pii::{Entity, Scanner, SubjectTerms};

use crate::json_texts::each_text;

/// Looks at one in so many documents, by chance.
#[derive(Clone)]
pub struct EgressCheck(Arc<Check>);

struct Check {
    scanner: Scanner,
    every: u32,
    /// Gives a number in `0.0..1.0`.
    chance: Box<dyn Fn() -> f64 + Send + Sync>,
}

impl EgressCheck {
    /// One in how many documents is looked at unless somebody says otherwise.
    pub const EVERY: u32 = 20;

    /// Looks at one in `every` documents, 1 for all, with `scanner`; `chance` gives numbers in
    /// `0.0..1.0`.
    pub fn new(
        scanner: Scanner,
        every: u32,
        chance: impl Fn() -> f64 + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Check {
            scanner,
            every,
            chance: Box::new(chance),
        }))
    }

    /// What speaks against letting `json` out this way, if it is looked at and something does. Raises
    /// the alarm; that the bytes go no further is for the caller to see to.
    ///
    /// A document that is no JSON is looked at as one text.
    pub fn look(&self, egress: Egress, json: &str) -> Option<EgressFacts> {
        match self.is_due() {
            true => self.inspect(egress, json.as_bytes()),
            false => None,
        }
    }

    /// Whether the document at hand is one of those that are looked at.
    pub(crate) fn is_due(&self) -> bool {
        let Check { every, chance, .. } = &*self.0;
        chance() * f64::from(*every) < 1.0
    }

    /// As [`look`](Self::look), at every document.
    pub(crate) fn inspect(&self, egress: Egress, json: &[u8]) -> Option<EgressFacts> {
        let mut findings = BTreeMap::new();
        let whole = each_text(json, is_identifier, |text| {
            self.count_in(text, &mut findings);
        });
        if whole.is_err() {
            findings.clear();
            self.count_in(&String::from_utf8_lossy(json), &mut findings);
        }
        if findings.is_empty() {
            return None;
        }
        let kinds: Vec<&str> = findings.keys().map(Entity::as_str).collect();
        tracing::error!(
            egress = egress.as_str(),
            kinds = kinds.join(","),
            "personal data in finished bytes; they are stopped"
        );
        metrics::counter!(
            "agent_assist_pii_egress_alarms_total",
            "egress" => egress.as_str()
        )
        .increment(1);
        Some(EgressFacts { egress, findings })
    }

    fn count_in(&self, text: &str, findings: &mut BTreeMap<Entity, u32>) {
        for finding in self.0.scanner.scan(text, &SubjectTerms::none()) {
            *findings.entry(finding.entity).or_default() += 1;
        }
    }
}

/// Whether a member of this name holds identifiers, digests or words of ours. Their nearest
/// neighbours in a scanner's eyes are numbers of people and keys.
fn is_identifier(name: &str) -> bool {
    let suffixes = ["_id", "_ids", "_sha256", "_hash", "_version"];
    let names = [
        "id",
        "tenant",
        "by",
        "upstream_code",
        "pointer",
        "field",
        // Of people and texts that only the holder of a key can read.
        "pseudonyms",
        "text_sealed",
        // Digests that chain an audit record, of what another one tells, and of an archive.
        "prev",
        "prev_root",
        "digest",
        "root",
    ];
    names.contains(&name) || suffixes.iter().any(|suffix| name.ends_with(suffix))
}

impl fmt::Debug for EgressCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EgressCheck(1 in {})", self.0.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(every: u32, chance: f64) -> EgressCheck {
        EgressCheck::new(Scanner::new(), every, move || chance)
    }

    #[test]
    fn a_text_with_personal_data_is_stopped_wherever_it_stands() {
        for json in [
            r#"{"recommendations":[{"title":"a","text":"write to joe@example.com"}]}"#,
            r#"{"joe@example.com":1}"#,
            r#"["x",{"id":"r-1","deep":{"er":["call joe@example.com"]}}]"#,
            "no JSON: joe@example.com",
        ] {
            let facts = check(1, 0.99).look(Egress::Answer, json).expect(json);
            assert_eq!(facts.findings, [(Entity::EmailAddress, 1)].into(), "{json}");
        }
    }

    #[test]
    fn identifiers_and_masks_raise_no_alarm() {
        let json = r#"{"session_id":"joe@example.com","agent":{"id":"202-555-0143"},
            "text":"write to [EMAIL_ADDRESS]","content_sha256":"4111111111111111","prev":"4111111111111111","n":4111111111111111}"#;
        assert_eq!(check(1, 0.0).look(Egress::Export, json), None);
    }

    #[test]
    fn one_in_so_many_is_looked_at() {
        let leaks = |every, chance| {
            let found = check(every, chance).look(Egress::Answer, r#"{"t":"joe@example.com"}"#);
            found.is_some()
        };
        assert!(leaks(1, 0.999_999));
        assert!(leaks(20, 0.049));
        assert!(!leaks(20, 0.05));
        assert!(!leaks(20, 0.9));
    }
}
