//! Whether a policy can be put into effect.

use std::collections::BTreeSet;

use crate::{
    Entity, Operator, Policy, PolicyError,
    policy::Mistakes,
    rules::{
        own::{OwnRule, OwnRules},
        phone,
    },
};

/// All mistakes in `policy`.
pub(super) fn check(policy: &Policy) -> Result<(), PolicyError> {
    let mut mistakes = Mistakes::default();
    names(policy, &mut mistakes);
    phone_regions(policy, &mut mistakes);
    operators(policy, &mut mistakes);
    policy.allow.check(&mut mistakes);
    OwnRules::compile(&policy.rules, &mut mistakes);
    mistakes.into_result()
}

/// Every name must be one that some rule finds.
fn names(policy: &Policy, mistakes: &mut Mistakes) {
    let known: BTreeSet<&Entity> = Entity::BUILT_IN
        .iter()
        .chain(policy.rules.iter().map(|rule| &rule.entity))
        .collect();
    let named = [
        ("thresholds", Vec::from_iter(policy.thresholds.keys())),
        ("entities", policy.entities.iter().flatten().collect()),
        ("without", Vec::from_iter(&policy.without)),
        (
            "operators",
            Vec::from_iter(policy.operators.by_entity.keys()),
        ),
    ];
    for (key, entities) in named {
        for entity in entities
            .into_iter()
            .filter(|entity| !known.contains(entity))
        {
            mistakes.push(
                format!("{key}.{entity}"),
                "no rule finds this: correct the name, or add a rule for it",
            );
        }
    }
    for OwnRule { name, entity, .. } in &policy.rules {
        let is_listed = |wanted: &BTreeSet<Entity>| wanted.contains(entity);
        if !policy.entities.as_ref().is_none_or(is_listed) {
            mistakes.push(
                format!("rules.{name}.entity"),
                format!("`entities` does not list {entity}: add it there, or remove the rule"),
            );
        }
    }
}

fn phone_regions(policy: &Policy, mistakes: &mut Mistakes) {
    for country in &policy.phone_regions {
        if phone::region_of(country).is_none() {
            mistakes.push(
                format!("phone_regions.{country}"),
                "no numbering plan is known of this country: leave it out",
            );
        }
    }
}

fn operators(policy: &Policy, mistakes: &mut Mistakes) {
    let operators = &policy.operators;
    let all = operators
        .by_entity
        .iter()
        .map(|(entity, operator)| (format!("operators.{entity}"), Some(entity), *operator));
    let default = ("operators.default".to_owned(), None, operators.default);
    for (at, entity, operator) in std::iter::once(default).chain(all) {
        if matches!(operator, Operator::Partial { last } if last > Operator::MOST_SHOWN) {
            mistakes.push(
                &at,
                format!(
                    "at most the last {} characters are shown",
                    Operator::MOST_SHOWN
                ),
            );
        }
        let shows = matches!(operator, Operator::Partial { .. } | Operator::Token);
        if shows && entity.is_some_and(Entity::is_credential) {
            mistakes.push(
                at,
                "nothing of a credential is shown, not even under a hash: use tag or redact",
            );
        }
    }
}
