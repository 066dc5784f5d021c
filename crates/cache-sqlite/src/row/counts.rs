//! The numbers in a body: what the screening counted, and what was odd about the upstream's answer.

use std::collections::BTreeMap;

use agent_assist_domain::batch::{Malformation, Oddities};
use agent_assist_domain::screening::ScreeningReport;
use serde::{Deserialize, Serialize};

use super::BadBody;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Report {
    total_received: u32,
    total_returned: u32,
    malformed: u32,
    duplicates: u32,
    state_filtered: u32,
    source_filtered: u32,
    over_limit: u32,
    relevance_filtered: u32,
    pii_rejected: u32,
    unscored: u32,
    pii_masked_verified: u32,
    pii_masked_locally: u32,
    pii_findings: u32,
    pii_violations: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OddityCounts {
    /// By the names of the reasons.
    malformed: BTreeMap<String, u32>,
    unknown_fields: u32,
    refused_links: u32,
}

/// Both directions field by field, so that a count added to the domain does not compile here.
macro_rules! report_both_ways {
    ($($count:ident),+ $(,)?) => {
        impl From<ScreeningReport> for Report {
            fn from(report: ScreeningReport) -> Self {
                let ScreeningReport { $($count),+ } = report;
                Self { $($count),+ }
            }
        }

        impl From<Report> for ScreeningReport {
            fn from(report: Report) -> Self {
                let Report { $($count),+ } = report;
                Self { $($count),+ }
            }
        }
    };
}

report_both_ways!(
    total_received,
    total_returned,
    malformed,
    duplicates,
    state_filtered,
    source_filtered,
    over_limit,
    relevance_filtered,
    pii_rejected,
    unscored,
    pii_masked_verified,
    pii_masked_locally,
    pii_findings,
    pii_violations,
);

impl From<Oddities> for OddityCounts {
    fn from(oddities: Oddities) -> Self {
        let Oddities {
            malformed,
            unknown_fields,
            refused_links,
        } = oddities;
        Self {
            malformed: malformed
                .into_iter()
                .map(|(reason, count)| (reason.as_str().to_owned(), count))
                .collect(),
            unknown_fields,
            refused_links,
        }
    }
}

impl TryFrom<OddityCounts> for Oddities {
    type Error = BadBody;

    fn try_from(counts: OddityCounts) -> Result<Self, BadBody> {
        let malformed = counts.malformed.into_iter().map(|(name, count)| {
            let reason = Malformation::from_name(&name).ok_or(BadBody::Value("malformation"))?;
            Ok((reason, count))
        });
        Ok(Self {
            malformed: malformed.collect::<Result<_, _>>()?,
            unknown_fields: counts.unknown_fields,
            refused_links: counts.refused_links,
        })
    }
}
