//! Two sides' counts for people.

use agent_assist_app::reconcile::{ComparedCount, Reconciliation};

use super::table::list;
use crate::output::Printer;

/// One sentence, then each count with what may explain a difference.
pub(crate) fn reconciliation(compared: &Reconciliation, printer: &Printer) -> String {
    let differing = compared
        .counts
        .iter()
        .filter(|it| it.ours != it.theirs)
        .count();
    let sentence = match (compared.counts.len(), differing) {
        (0, _) => "Neither side has counted anything in this time.".to_owned(),
        (_, 0) => "The upstream counts what we count.".to_owned(),
        (all, differing) => format!("{differing} of {all} counts differ from the upstream's."),
    };
    if compared.counts.is_empty() {
        return sentence;
    }
    let header = ["kind", "counted", "ours", "upstream", "likely because"];
    let mut table = list(printer, &header);
    for count in &compared.counts {
        table.add_row([
            count.kind.unwrap_or("unknown").replace('_', " "),
            count.measure.to_owned(),
            count.ours.to_string(),
            count.theirs.to_string(),
            because(count),
        ]);
    }
    format!("{sentence}\n\n{table}")
}

fn because(count: &ComparedCount) -> String {
    let told: Vec<&str> = count
        .reasons
        .iter()
        .map(|reason| in_words(reason))
        .collect();
    match told.is_empty() {
        true => "-".to_owned(),
        false => told.join("; "),
    }
}

fn in_words(reason: &str) -> &str {
    match reason {
        "not_told" => "the upstream is not told (upstream.report_engagements)",
        "waiting" => "some wait to be told (events list)",
        "given_up" => "some were given up (events list --dead)",
        "fallbacks" => "a fallback brought some",
        "lag" => "its statistics lag behind",
        "not_given_out" => "made where nobody asked us, or held back",
        "other_clients" => "other clients engaged with them",
        _ => "unexplained",
    }
}
