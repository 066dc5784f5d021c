//! What was found of personal data, for `--explain`: where and by which rule, never the value.

use std::collections::BTreeMap;

use agent_assist_domain::screening::{Receipt, Receipts, Rejection, Screened};

use super::table::{self, clean, list};
use crate::output::Printer;

/// Digits of a hash that are shown: enough to see that two values are one.
const HASH_DIGITS: usize = 12;

/// A line on what was found, and a table of it. Empty where nothing was found.
pub(super) fn receipts(screened: &Screened, printer: &Printer) -> String {
    let mut by_entity: BTreeMap<&str, u32> = BTreeMap::new();
    let mut table = list(
        printer,
        &["found in", "what", "by", "sure", "action", "value hash"],
    );
    let kept = screened.kept().iter();
    let kept = kept.map(|safe| (Some(safe.recommendation.id.as_str()), &safe.receipts));
    let rejected = screened.rejected().iter();
    let rejected = rejected.map(|rejection| (rejection.id(), Rejection::receipts(rejection)));
    let mut untold = 0;
    for (id, receipts) in kept.chain(rejected) {
        let Receipts { kept, untold: more } = receipts;
        untold += more;
        for receipt in kept {
            *by_entity.entry(receipt.entity.as_str()).or_default() += 1;
            table.add_row(row(id, receipt));
        }
    }
    if by_entity.is_empty() {
        return String::new();
    }
    table::keep_whole(&mut table, 1);
    let counts: Vec<String> = by_entity
        .iter()
        .map(|(entity, count)| format!("{count} x {entity}"))
        .collect();
    let more = match untold {
        0 => String::new(),
        untold => format!(", {untold} more"),
    };
    format!("personal data: {}{more}\n{table}\n", counts.join(", "))
}

fn row(id: Option<&str>, receipt: &Receipt) -> [String; 6] {
    let place = format!(
        "{}{} at {}..{}",
        clean(id.unwrap_or("(identifier is personal data)")),
        clean(&receipt.pointer),
        receipt.start,
        receipt.end
    );
    let hash = receipt.proof.hash().map(|hash| hash.to_string());
    let hash = hash.map(|hash| hash.chars().take(HASH_DIGITS).collect());
    let missing = || receipt.proof.why_missing().unwrap_or("-").replace('_', " ");
    [
        place,
        receipt.entity.as_str().to_owned(),
        clean(&receipt.detector),
        format!("{} %", receipt.confidence),
        receipt.action.as_str().to_owned(),
        hash.unwrap_or_else(missing),
    ]
}
