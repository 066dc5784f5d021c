//! The report for people: one sentence first, the tables under it.

use agent_assist_app::report::{Latency, Report};

use super::table::{count, list};
use crate::output::Printer;

/// The report.
pub(crate) fn report(report: &Report, printer: &Printer) -> String {
    let adoption = &report.adoption;
    let sentence = match adoption.rate {
        Some(rate) => format!(
            "{} shown in {}, {} used: {:.1} %.",
            count(adoption.emitted, "recommendation"),
            count(adoption.conversations, "conversation"),
            adoption.used,
            rate * 100.0
        ),
        None => "Nothing was shown in this time.".to_owned(),
    };
    let fetches = &report.fetches;
    let mut counts = list(
        printer,
        &[
            "requests",
            "from cache",
            "from upstream",
            "stood in",
            "nothing",
            "withheld",
            "refused",
        ],
    );
    counts.add_row(
        [
            fetches.total,
            fetches.hits,
            fetches.completed,
            fetches.stood_in,
            fetches.failed - fetches.stood_in,
            fetches.withheld,
            fetches.refused,
        ]
        .map(|count| count.to_string()),
    );
    let mut latencies = list(printer, &["latency in ms", "answers", "p50", "p95", "p99"]);
    for (name, latency) in [
        ("from cache", &report.latency_hits),
        ("from upstream", &report.latency_misses),
        ("stood in", &report.latency_stand_ins),
    ] {
        if let Some(Latency {
            count,
            p50_ms,
            p95_ms,
            p99_ms,
        }) = latency
        {
            latencies.add_row([
                name.to_owned(),
                count.to_string(),
                format!("{p50_ms:.1}"),
                format!("{p95_ms:.1}"),
                format!("{p99_ms:.1}"),
            ]);
        }
    }
    let mut out = format!("{sentence}\n\n{counts}\n");
    if latencies.row_count() > 0 {
        out.push_str(&format!("\n{latencies}\n"));
    }
    out
}
