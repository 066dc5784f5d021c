//! Decides what an agent may see: relevance first, then personal data, then the order shown.
//!
//! This is the only place that makes a [`Masked`] value. [`Screening::screen`] makes them from
//! what the upstream sent, [`Stored::restore`] from what a store kept of an earlier screening,
//! provided that its rules are today's and its digest is right.

mod finding_rules;
mod legible;
mod masked;
mod personal_data;
mod policy;
mod receipt;
mod report;
mod stored;

pub use finding_rules::{FindingRules, OnFinding};
pub use masked::{Masked, PiiBasis, Safe};
pub use policy::{PolicyVersion, ScreeningPolicy, UnscoredPolicy};
pub use receipt::{Receipt, Receipts, ValueProof, action_from_name};
pub use report::{RejectReason, Rejection, ScreeningReport, StoredRejection};
pub use stored::{RestoreError, Stored, StoredFields};
pub(crate) use stored::{oddities_value, receipts_value};

use std::cmp::Reverse;
use std::sync::Arc;

use personal_data::{CleanPointers, Cleaned, Search};

use crate::answer::EmptyReason;
use crate::batch::{Batch, Oddities, UpstreamContext};
use crate::dialect::Dialect;
use crate::payload::FetchRequest;
use crate::person::Pseudonym;
use crate::pii::{Policy, PolicyError, Scanner, ValueKey};
use crate::recommendation::{Recommendation, Score, UpstreamId};
use crate::selection;

/// What came through the screening, what did not, and the numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Screened {
    kept: Vec<Masked<Safe>>,
    rejected: Vec<Rejection>,
    report: ScreeningReport,
    oddities: Oddities,
    context: UpstreamContext,
    no_data: bool,
    policy_version: PolicyVersion,
}

impl Screened {
    /// The screening of nothing at all.
    pub fn nothing() -> Self {
        Self {
            kept: Vec::new(),
            rejected: Vec::new(),
            report: ScreeningReport::default(),
            oddities: Oddities::default(),
            context: UpstreamContext::default(),
            no_data: false,
            policy_version: PolicyVersion::of(&Policy::default()),
        }
    }

    /// What may be shown: highest score first, unscored last, newest first among equals.
    pub fn kept(&self) -> &[Masked<Safe>] {
        &self.kept
    }

    /// What may not be shown, and why.
    pub fn rejected(&self) -> &[Rejection] {
        &self.rejected
    }

    /// The numbers.
    pub fn report(&self) -> &ScreeningReport {
        &self.report
    }

    /// What the upstream sent that could not be understood.
    pub fn oddities(&self) -> &Oddities {
        &self.oddities
    }

    /// Agent and queue according to the upstream.
    pub fn context(&self) -> &UpstreamContext {
        &self.context
    }

    /// The same for a store to keep, with what stands for the agent in records instead of what the
    /// upstream calls them.
    #[must_use]
    pub fn with_agent(&self, agent: &Pseudonym) -> Self {
        let mut screened = self.clone();
        screened.context.agent_id = UpstreamId::new(agent.as_str());
        screened
    }

    /// The rules it was made under.
    pub fn policy_version(&self) -> PolicyVersion {
        self.policy_version
    }

    /// Every find of personal data: in what may be shown, then in what may not.
    pub fn receipts(&self) -> impl Iterator<Item = &Receipt> {
        let kept = self.kept.iter().map(|safe| &safe.receipts);
        let rejected = self.rejected.iter().map(Rejection::receipts);
        kept.chain(rejected).flat_map(|receipts| &receipts.kept)
    }

    /// Whether a key would make it tell more.
    pub fn lacks_key(&self) -> bool {
        self.receipts()
            .any(|receipt| receipt.proof == ValueProof::NoKey)
    }

    /// Why nothing may be shown, if nothing may.
    pub fn empty_reason(&self) -> Option<EmptyReason> {
        let report = &self.report;
        if report.total_returned > 0 {
            return None;
        }
        // The last gate that held something back is what an operator would have to change.
        Some(if self.no_data {
            EmptyReason::NoCopilotData
        } else if report.total_received == 0 {
            EmptyReason::UpstreamEmpty
        } else if report.pii_rejected > 0 {
            EmptyReason::PersonalData
        } else if report.relevance_filtered > 0 {
            EmptyReason::BelowThreshold
        } else if report.malformed == report.total_received {
            EmptyReason::Malformed
        } else {
            EmptyReason::Filtered
        })
    }
}

/// The screening pipeline. Built once, shared by all requests; cheap to clone.
#[derive(Clone, Debug)]
pub struct Screening {
    scanner: Scanner,
    /// The same scanner, which may remember what it found clean.
    at_work: Scanner,
    version: PolicyVersion,
}

impl Default for Screening {
    fn default() -> Self {
        Self::new()
    }
}

impl Screening {
    /// A pipeline with the scanner's standard rules.
    pub fn new() -> Self {
        Self::of(Scanner::new())
    }

    /// A pipeline with an organisation's own policy.
    ///
    /// # Errors
    /// If the policy cannot be put into effect.
    pub fn with_policy(policy: Policy) -> Result<Self, PolicyError> {
        Scanner::with_policy(policy).map(Self::of)
    }

    fn of(scanner: Scanner) -> Self {
        Self {
            version: PolicyVersion::of(scanner.policy()),
            at_work: scanner.clone(),
            scanner,
        }
    }

    /// The same pipeline, which does not look again at texts that it found clean:
    /// [`Scanner::remembering`], under `key`, which must be random.
    #[must_use]
    pub fn remembering(self, key: [u8; 16]) -> Self {
        Self {
            at_work: self.scanner.clone().remembering(key),
            ..self
        }
    }

    /// The rules it applies.
    pub fn version(&self) -> PolicyVersion {
        self.version
    }

    /// What it finds personal data with; it remembers nothing, so that a second look is one.
    pub fn scanner(&self) -> &Scanner {
        &self.scanner
    }

    /// Selects and screens what `batch` holds for `request`. Values are hashed under `key`, the
    /// conversation's; without it receipts say that there was none.
    pub fn screen(
        &self,
        batch: &Batch,
        request: &FetchRequest,
        dialect: Dialect,
        policy: &ScreeningPolicy,
        key: Option<&ValueKey>,
    ) -> Screened {
        let selection = selection::select(batch, request, dialect);
        let search = Search {
            scanner: &self.at_work,
            subject: request.subject_terms(),
            key,
        };
        let mut pass = Pass {
            search,
            dialect,
            policy,
            clean_pointers: CleanPointers::default(),
            kept: Vec::with_capacity(selection.items.len()),
            rejected: Vec::new(),
            report: ScreeningReport {
                total_received: count(batch.total_received()),
                malformed: count(batch.malformed.len()),
                duplicates: selection.duplicates,
                state_filtered: selection.state_filtered,
                source_filtered: selection.source_filtered,
                over_limit: selection.over_limit,
                ..ScreeningReport::default()
            },
        };
        for item in &selection.items {
            pass.judge(item);
        }
        let context = clean_context(&batch.context, search);
        pass.finish(batch.oddities(), context, batch.no_data, self.version)
    }
}

fn clean_context(context: &UpstreamContext, search: Search<'_>) -> UpstreamContext {
    let clean = |id: &Option<UpstreamId>| id.clone().filter(|id| search.is_clean(id));
    UpstreamContext {
        agent_id: clean(&context.agent_id),
        queue_id: clean(&context.queue_id),
    }
}

/// One run over one selection.
struct Pass<'a> {
    search: Search<'a>,
    dialect: Dialect,
    policy: &'a ScreeningPolicy,
    clean_pointers: CleanPointers,
    kept: Vec<Masked<Safe>>,
    rejected: Vec<Rejection>,
    report: ScreeningReport,
}

impl Pass<'_> {
    fn judge(&mut self, item: &Arc<Recommendation>) {
        let (kind, score) = (item.kind, item.score);
        let verdict = self
            .relevant(item)
            .map_err(|reason| (reason, Receipts::default()))
            .and_then(|()| self.cleaned(item));
        match verdict {
            Ok(safe) => {
                self.report.total_returned += 1;
                self.report.unscored += u32::from(score.is_none());
                self.report.pii_findings += safe.receipts.count();
                match safe.basis {
                    PiiBasis::UpstreamFlag => self.report.pii_masked_verified += 1,
                    PiiBasis::LocalScan => self.report.pii_masked_locally += 1,
                }
                self.kept.push(safe);
            }
            Err((reason, receipts)) => {
                match reason {
                    RejectReason::BelowThreshold | RejectReason::Unscored => {
                        self.report.relevance_filtered += 1;
                    }
                    RejectReason::NotFlaggedMasked
                    | RejectReason::PersonalDataInId
                    | RejectReason::PersonalData => self.report.pii_rejected += 1,
                }
                self.report.pii_findings += receipts.count();
                self.rejected.push(Rejection::seal(StoredRejection {
                    id: self.showable_id(&item.id),
                    kind,
                    score,
                    reason,
                    receipts: receipts.all_dropped(),
                }));
            }
        }
    }

    /// Whether what is known without reading its texts speaks for showing it.
    fn relevant(&self, item: &Recommendation) -> Result<(), RejectReason> {
        match item.score {
            Some(score) if !self.policy.is_relevant(item.kind, score) => {
                return Err(RejectReason::BelowThreshold);
            }
            None if self.policy.unscored(item.kind) == UnscoredPolicy::Reject => {
                return Err(RejectReason::Unscored);
            }
            _ => {}
        }
        let must_be_flagged =
            self.dialect == Dialect::Recommendations && self.policy.require_pii_mask;
        match must_be_flagged && !self.is_flagged(item) {
            true => Err(RejectReason::NotFlaggedMasked),
            false => Ok(()),
        }
    }

    /// Whether the upstream vouches for the masking.
    fn is_flagged(&self, item: &Recommendation) -> bool {
        self.dialect == Dialect::Recommendations && item.upstream_masked == Some(true)
    }

    fn cleaned(
        &mut self,
        item: &Arc<Recommendation>,
    ) -> Result<Masked<Safe>, (RejectReason, Receipts)> {
        let flagged = self.is_flagged(item);
        let cleaned = personal_data::clean(item, self.search, &mut self.clean_pointers);
        let (Ok(Cleaned { receipts, .. }) | Err(receipts)) = &cleaned;
        let is_violation = flagged && receipts.count() > 0;
        self.report.pii_violations += u32::from(is_violation);
        let cleaned = cleaned.map_err(|receipts| (RejectReason::PersonalDataInId, receipts))?;
        let rules = &self.policy.on_finding;
        let is_dropped = |receipt: &Receipt| {
            rules.of(&receipt.entity, self.dialect, is_violation) == OnFinding::Drop
        };
        if cleaned.receipts.kept.iter().any(is_dropped) || cleaned.receipts.untold > 0 {
            return Err((RejectReason::PersonalData, cleaned.receipts));
        }
        // A finding proves the flag wrong; from then on only our own word counts.
        let basis = if flagged && !is_violation {
            PiiBasis::UpstreamFlag
        } else {
            PiiBasis::LocalScan
        };
        Ok(Masked::seal(Safe {
            recommendation: cleaned.recommendation,
            basis,
            names_covered: basis == PiiBasis::UpstreamFlag || !self.search.subject.is_empty(),
            receipts: cleaned.receipts,
        }))
    }

    /// The identifier of something rejected, unless it is personal data itself.
    fn showable_id(&self, id: &UpstreamId) -> Option<String> {
        self.search.is_clean(id).then(|| id.as_str().to_owned())
    }

    fn finish(
        mut self,
        oddities: Oddities,
        context: UpstreamContext,
        no_data: bool,
        policy_version: PolicyVersion,
    ) -> Screened {
        self.kept.sort_by(|a, b| {
            let score = |safe: &Safe| safe.recommendation.score.map(Score::get);
            // `None` is the smallest, so unscored ones come last; the sort is stable.
            score(b)
                .partial_cmp(&score(a))
                .unwrap_or(std::cmp::Ordering::Equal)
                .then_with(|| {
                    Reverse(a.recommendation.created_at).cmp(&Reverse(b.recommendation.created_at))
                })
        });
        debug_assert!(
            self.report.is_balanced(),
            "the report must add up: {:?}",
            self.report
        );
        Screened {
            kept: self.kept,
            rejected: self.rejected,
            report: self.report,
            oddities,
            context,
            no_data,
            policy_version,
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
