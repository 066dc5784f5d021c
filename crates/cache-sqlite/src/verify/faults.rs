//! What is found wrong on the way, the first of each kind.

use std::collections::BTreeMap;

use agent_assist_domain::audit::{Damage, Fault, Seq, Symptom};

/// Of each symptom the fault with the smallest known position.
#[derive(Debug, Default)]
pub(crate) struct Faults(BTreeMap<(Damage, Symptom), Option<Seq>>);

impl Faults {
    pub(crate) fn add(&mut self, damage: Damage, symptom: Symptom, seq: Option<Seq>) {
        let first = self.0.entry((damage, symptom)).or_insert(seq);
        *first = match (*first, seq) {
            (Some(first), Some(seq)) => Some(first.min(seq)),
            (first, seq) => first.or(seq),
        };
    }

    pub(crate) fn altered(&mut self, symptom: Symptom, seq: Seq) {
        self.add(Damage::Altered, symptom, Some(seq));
    }

    /// The first record that is itself known not to be what was written.
    pub(crate) fn first_altered(&self) -> Option<Seq> {
        let altered = |((damage, _), seq): (&(Damage, Symptom), &Option<Seq>)| {
            (*damage == Damage::Altered).then_some(*seq).flatten()
        };
        self.0.iter().filter_map(altered).min()
    }

    pub(crate) fn into_faults(self) -> impl Iterator<Item = Fault> {
        self.0.into_iter().map(|((damage, symptom), seq)| Fault {
            damage,
            symptom,
            seq,
        })
    }
}
