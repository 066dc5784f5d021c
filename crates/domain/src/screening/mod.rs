//! Decides what an agent may see: relevance first, then personal data, then the order shown.
//!
//! This is the only place that makes a [`Masked`] value. [`Screening::screen`] makes them from
//! what the upstream sent, [`Stored::restore`] from what a store kept of an earlier screening,
//! provided that its rules are today's and its digest is right.

mod legible;
mod masked;
mod personal_data;
mod policy;
mod report;
mod stored;

pub use masked::{Masked, PiiBasis, Safe};
pub use policy::{PolicyVersion, ScreeningPolicy, UnscoredPolicy};
pub use report::{RejectReason, Rejection, ScreeningReport, StoredRejection};
pub(crate) use stored::oddities_value;
pub use stored::{RestoreError, Stored, StoredFields};

use std::cmp::Reverse;

use crate::answer::EmptyReason;
use crate::batch::{Batch, Oddities, UpstreamContext};
use crate::dialect::Dialect;
use crate::payload::FetchRequest;
use crate::pii::{Scanner, SubjectTerms};
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

/// The screening pipeline. Built once, shared by all requests.
#[derive(Debug, Default)]
pub struct Screening {
    scanner: Scanner,
}

impl Screening {
    /// A pipeline with the scanner's standard rules.
    pub fn new() -> Self {
        Self {
            scanner: Scanner::new(),
        }
    }

    /// Selects and screens what `batch` holds for `request`.
    pub fn screen(
        &self,
        batch: &Batch,
        request: &FetchRequest,
        dialect: Dialect,
        policy: &ScreeningPolicy,
    ) -> Screened {
        let selection = selection::select(batch, request, dialect);
        let mut pass = Pass {
            scanner: &self.scanner,
            subject: request.subject_terms(),
            dialect,
            policy,
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
        for item in selection.items {
            pass.judge(item);
        }
        let context = self.clean_context(&batch.context, request.subject_terms());
        pass.finish(batch.oddities(), context, batch.no_data)
    }

    fn clean_context(&self, context: &UpstreamContext, subject: &SubjectTerms) -> UpstreamContext {
        let clean = |id: &Option<_>| {
            id.clone()
                .filter(|id| personal_data::is_clean(id, &self.scanner, subject))
        };
        UpstreamContext {
            agent_id: clean(&context.agent_id),
            queue_id: clean(&context.queue_id),
        }
    }
}

/// One run over one selection.
struct Pass<'a> {
    scanner: &'a Scanner,
    subject: &'a SubjectTerms,
    dialect: Dialect,
    policy: &'a ScreeningPolicy,
    kept: Vec<Masked<Safe>>,
    rejected: Vec<Rejection>,
    report: ScreeningReport,
}

impl Pass<'_> {
    fn judge(&mut self, item: Recommendation) {
        let (kind, score) = (item.kind, item.score);
        let id = item.id.as_str().to_owned();
        match self.verdict(item) {
            Ok(safe) => {
                self.report.total_returned += 1;
                self.report.unscored += u32::from(score.is_none());
                match safe.basis {
                    PiiBasis::UpstreamFlag => self.report.pii_masked_verified += 1,
                    PiiBasis::LocalScan => self.report.pii_masked_locally += 1,
                }
                self.kept.push(safe);
            }
            Err(reason) => {
                match reason {
                    RejectReason::BelowThreshold | RejectReason::Unscored => {
                        self.report.relevance_filtered += 1;
                    }
                    RejectReason::NotFlaggedMasked | RejectReason::PersonalDataInId => {
                        self.report.pii_rejected += 1;
                    }
                }
                self.rejected.push(Rejection::seal(StoredRejection {
                    id: self.showable_id(id),
                    kind,
                    score,
                    reason,
                }));
            }
        }
    }

    fn verdict(&self, item: Recommendation) -> Result<Masked<Safe>, RejectReason> {
        match item.score {
            Some(score) if !self.policy.is_relevant(item.kind, score) => {
                return Err(RejectReason::BelowThreshold);
            }
            None if self.policy.unscored(item.kind) == UnscoredPolicy::Reject => {
                return Err(RejectReason::Unscored);
            }
            _ => {}
        }
        let flagged =
            self.dialect == Dialect::Recommendations && item.upstream_masked == Some(true);
        if self.dialect == Dialect::Recommendations && self.policy.require_pii_mask && !flagged {
            return Err(RejectReason::NotFlaggedMasked);
        }
        let cleaned = personal_data::clean(item, self.scanner, self.subject)
            .ok_or(RejectReason::PersonalDataInId)?;
        // A finding proves the flag wrong; from then on only our own word counts.
        let basis = if flagged && cleaned.findings == 0 {
            PiiBasis::UpstreamFlag
        } else {
            PiiBasis::LocalScan
        };
        Ok(Masked::seal(Safe {
            recommendation: cleaned.recommendation,
            basis,
            names_covered: basis == PiiBasis::UpstreamFlag || !self.subject.is_empty(),
            masked_findings: cleaned.findings,
        }))
    }

    /// The identifier of something rejected, unless it is personal data itself.
    fn showable_id(&self, id: String) -> Option<String> {
        let id = UpstreamId::new(id)?;
        personal_data::is_clean(&id, self.scanner, self.subject).then(|| id.as_str().to_owned())
    }

    fn finish(mut self, oddities: Oddities, context: UpstreamContext, no_data: bool) -> Screened {
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
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
