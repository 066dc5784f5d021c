//! A digest of everything in a policy.
//!
//! Every field is written with its length or its count before it, so that no two policies are
//! written alike. The patterns below name every field: one that is added cannot be forgotten.

use sha2::{Digest, Sha256};

use crate::{AllowList, Operator, Operators, Policy, rules::own::OwnRule};

/// Changes with the way policies are written here.
const FORMAT: &str = "agent-assist-pii policy 1";

pub(super) fn of(policy: &Policy) -> [u8; 32] {
    let Policy {
        threshold,
        thresholds,
        entities,
        without,
        locales,
        phone_regions,
        allow,
        rules,
        operators,
    } = policy;
    let mut writer = Writer(Sha256::new());
    writer.text(FORMAT);
    writer.number(threshold.percent().into());
    writer.all(thresholds, |writer, (entity, threshold)| {
        writer.text(entity.as_str());
        writer.number(threshold.percent().into());
    });
    writer.option(entities.as_ref(), |writer, entities| {
        writer.all(entities, |writer, entity| writer.text(entity.as_str()));
    });
    writer.all(without, |writer, entity| writer.text(entity.as_str()));
    writer.option(locales.as_ref(), |writer, locales| {
        writer.all(locales, |writer, locale| writer.text(locale.as_str()));
    });
    writer.all(phone_regions, |writer, region| writer.text(region.as_str()));
    writer.allow_list(allow);
    writer.all(rules, Writer::rule);
    writer.operators(operators);
    writer.0.finalize().into()
}

struct Writer(Sha256);

impl Writer {
    fn number(&mut self, number: u64) {
        self.0.update(number.to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text);
    }

    fn texts<'t>(
        &mut self,
        texts: impl IntoIterator<Item = &'t String, IntoIter: ExactSizeIterator>,
    ) {
        self.all(texts, |writer, text| writer.text(text));
    }

    fn all<T>(
        &mut self,
        items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        let items = items.into_iter();
        self.number(items.len() as u64);
        for item in items {
            write(self, item);
        }
    }

    fn option<T>(&mut self, item: Option<T>, write: impl FnMut(&mut Self, T)) {
        self.all(item, write);
    }

    fn allow_list(&mut self, allow: &AllowList) {
        let AllowList {
            phones,
            emails,
            domains,
            accounts,
            values,
        } = allow;
        for entries in [phones, emails, domains, accounts, values] {
            self.texts(entries);
        }
    }

    fn rule(&mut self, rule: &OwnRule) {
        let OwnRule {
            name,
            entity,
            regex,
            keywords,
            negative_keywords,
            validator,
            confidence,
            labelled,
            ignore_case,
        } = rule;
        self.text(name);
        self.text(entity.as_str());
        self.option(regex.as_deref(), Self::text);
        self.texts(keywords);
        self.texts(negative_keywords);
        self.option(validator.as_deref(), Self::text);
        self.number(confidence.percent().into());
        self.option(*labelled, |writer, labelled| {
            writer.number(labelled.percent().into());
        });
        self.number((*ignore_case).into());
    }

    fn operators(&mut self, operators: &Operators) {
        let Operators { default, by_entity } = operators;
        self.operator(*default);
        self.all(by_entity, |writer, (entity, operator)| {
            writer.text(entity.as_str());
            writer.operator(*operator);
        });
    }

    fn operator(&mut self, operator: Operator) {
        match operator {
            Operator::Tag => self.text("tag"),
            Operator::Redact => self.text("redact"),
            Operator::Partial { last } => {
                self.text("partial");
                self.number(last.into());
            }
            Operator::Token => self.text("token"),
        }
    }
}
