//! What personal data is, what becomes of it, and how closely finished bytes are looked at.

use std::path::Path;

use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::pii::{AllowList, Entity, Policy, PolicyError};
use agent_assist_domain::screening::{FindingRules, OnFinding};

use super::typed::Reader;

/// The settings below `pii`.
#[derive(Clone, Debug)]
pub struct PiiSettings {
    /// What is looked for and how it is masked.
    pub policy: Policy,
    /// One in how many finished documents is looked at again.
    pub egress_sample: u32,
}

/// The entity that a setting's name ends in; names of settings are in lower case.
pub(super) fn entity(name: &str) -> Option<Entity> {
    let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    is_lower.then(|| name.to_ascii_uppercase().parse().ok())?
}

impl Reader<'_> {
    pub(super) fn pii(&mut self) -> Option<PiiSettings> {
        let mut policy = self.policy_file();
        let allow = self.allow_list();
        let egress_sample = self.whole("pii.egress_sample", 100_000);
        let (policy, allow) = (policy.as_mut()?, allow?);
        for (own, more) in [
            (&mut policy.allow.phones, allow.phones),
            (&mut policy.allow.emails, allow.emails),
            (&mut policy.allow.domains, allow.domains),
            (&mut policy.allow.accounts, allow.accounts),
        ] {
            own.extend(more);
        }
        if let Err(error) = policy.check() {
            self.note_policy(&error, "pii");
            return None;
        }
        self.note_unknown_entities(policy);
        Some(PiiSettings {
            policy: policy.clone(),
            egress_sample: egress_sample?,
        })
    }

    /// A rule for something that nothing finds is a slip of the pen.
    fn note_unknown_entities(&mut self, policy: &Policy) {
        for name in self.names_below("pii.on_") {
            let of = name.rsplit('.').next().and_then(entity);
            let is_known = of.is_some_and(|of| {
                Entity::BUILT_IN.contains(&of) || policy.rules.iter().any(|rule| rule.entity == of)
            });
            if !is_known {
                let origin = self.origin(&name);
                self.note(&name, "the name of something that is looked for", &origin);
            }
        }
    }

    fn policy_file(&mut self) -> Option<Policy> {
        let name = "pii.policy_file";
        let Some(path) = self.text(name) else {
            return Some(Policy::default());
        };
        let Ok(text) = std::fs::read_to_string(Path::new(&path)) else {
            let origin = self.origin(name);
            self.note(name, "a readable file of TOML", &origin);
            return None;
        };
        match Policy::from_toml(&text) {
            Ok(policy) => Some(policy),
            Err(error) => {
                self.note_policy(&error, &path);
                None
            }
        }
    }

    fn note_policy(&mut self, error: &PolicyError, origin: &str) {
        for mistake in error.mistakes() {
            let key = format!("pii.{}", mistake.at);
            self.note(&key, &mistake.problem, origin);
        }
    }

    fn allow_list(&mut self) -> Option<AllowList> {
        let mut allow = AllowList::default();
        for (kind, entries) in [
            ("phones", &mut allow.phones),
            ("emails", &mut allow.emails),
            ("domains", &mut allow.domains),
            ("accounts", &mut allow.accounts),
        ] {
            let listed = self.names(&format!("pii.allow.{kind}"))?;
            entries.extend(listed);
        }
        Some(allow)
    }

    pub(super) fn finding_rules(&mut self) -> FindingRules {
        let mut rules = FindingRules::default();
        let names: Vec<String> = self.names_below("pii.on_");
        for name in names {
            let Some(said) = self.parsed(&name, OnFinding::from_name) else {
                continue;
            };
            let Some((table, Some(of))) = name.rsplit_once('.').map(|(t, e)| (t, entity(e))) else {
                continue;
            };
            match table.strip_prefix("pii.on_finding.") {
                Some(dialect) => {
                    if let Ok(dialect) = dialect.parse::<Dialect>() {
                        rules.by_dialect.insert((dialect, of), said);
                    }
                }
                None if table == "pii.on_violation" => {
                    rules.in_violations.insert(of, said);
                }
                None => {
                    rules.by_entity.insert(of, said);
                }
            }
        }
        rules
    }
}
