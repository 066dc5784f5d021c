//! States that the log is said to have had: by who asks, and by the file beside the store.

use std::path::Path;

use agent_assist_domain::audit::{Continuity, Damage, LogHead, Symptom};
use agent_assist_domain::ports::StoreError;
use agent_assist_tlog::{Hash, TreeHead};

use super::pruned::Pruned;
use super::stream::Verified;
use super::{VERIFY, damage};
use crate::error::file_failed;
use crate::sidecar::{self, Told};

/// What the file beside the store tells.
pub(super) type Outside = Told;

/// Reads the file beside the store at `path`.
pub(super) async fn outside(path: &Path) -> Result<Outside, StoreError> {
    let told = sidecar::read(&sidecar::path_of(path)).await;
    told.map_err(file_failed(VERIFY))
}

/// All states to ask about.
#[derive(Debug)]
pub(super) struct Claims {
    /// Those asked about, that of the file beside the store, that of the last archive.
    pub(super) heads: Vec<TreeHead>,
    asked: usize,
    outside: Outside,
    pruned: Option<Pruned>,
}

impl Claims {
    pub(super) fn gather(
        asked: &[LogHead],
        outside: Outside,
        pruned: Option<Pruned>,
        before: u64,
    ) -> Self {
        let mut heads: Vec<TreeHead> = asked
            .iter()
            .map(|head| TreeHead {
                size: head.size,
                root: Hash::from_bytes(head.root),
            })
            .collect();
        if let Told::Head(head) = outside {
            heads.push(head.tree);
        }
        heads.extend(pruned.and_then(|pruned| pruned.claim(before)));
        Self {
            asked: asked.len(),
            heads,
            outside,
            pruned,
        }
    }

    pub(super) fn outside_size(&self) -> Option<u64> {
        match self.outside {
            Told::Head(head) => Some(head.tree.size),
            Told::Nothing | Told::Nonsense => None,
        }
    }

    /// Adds what the answers say is wrong.
    pub(super) fn judge(&self, before: u64, verified: &mut Verified) {
        let answers = verified.answers.clone();
        let (asked, outside) = answers.split_at(self.asked);
        let end = before + verified.tree.frontier().size() + 1;
        for answer in asked {
            judge(verified, *answer, Symptom::GivenCheckpoint, end);
        }
        match self.outside {
            Told::Nothing => {}
            Told::Nonsense => {
                let symptom = Symptom::OutsideHeadShape;
                verified.faults.add(Damage::Altered, symptom, None);
            }
            Told::Head(head) => {
                let answer = match outside.first() {
                    Some(Continuity::Same) if head.before != before => Continuity::Other,
                    Some(answer) => *answer,
                    None => Continuity::Other,
                };
                judge(verified, answer, Symptom::OutsideHead, end);
            }
        }
        if let Some(pruned) = self.pruned {
            let holds = answers.last() == Some(&Continuity::Same);
            pruned.judge(before, holds, verified);
        }
    }
}

fn judge(verified: &mut Verified, answer: Continuity, symptom: Symptom, end: u64) {
    // Behind a record that is lost with its leaf nothing is known of states.
    if answer == Continuity::Same || !verified.is_whole {
        return;
    }
    let is_longer = answer == Continuity::Beyond;
    let seq = is_longer.then_some(end);
    verified.faults.add(damage(is_longer), symptom, seq);
}
