//! The report for people: one sentence first, the tables under it.

use agent_assist_app::report::{
    Coverage, Engagement, GroupReport, Latency, Rate, Report, StageLatencies,
};

use super::table::{clean, count, list, paragraph};
use crate::output::Printer;

/// Groups shown; all are in the other notations.
const MOST_GROUPS: usize = 25;
/// Cells of a bar, each of eight steps.
const BAR: usize = 10;
/// A cell filled by so many eighths.
const STEPS: [char; 9] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// The report.
pub(crate) fn report(report: &Report, printer: &Printer) -> String {
    let mut parts = vec![
        paragraph(printer, &sentence(report)),
        rates(&report.engagement, printer),
    ];
    parts.extend(groups(report, printer));
    parts.extend(gaps(&report.coverage, printer));
    parts.push(requests(report, printer));
    parts.extend(latencies(report, printer));
    parts.join("\n\n") + "\n"
}

/// What was shown, what was used, and the biggest gap.
fn sentence(report: &Report) -> String {
    let engagement = &report.engagement;
    let mut said = match engagement.emitted {
        0 => "Nothing was shown in this time.".to_owned(),
        emitted if !engagement.verified => {
            let least = &engagement.adopted_of_emitted;
            format!(
                "{} given out in {}, {} known to have been on a screen, so of what was shown nothing is \
                 certain; at least {} used{}.",
                count(emitted, "recommendation"),
                count(engagement.conversations, "conversation"),
                engagement.displayed,
                number(least.count),
                share(least)
            )
        }
        _ => format!(
            "{} shown in {}, {} used{}.",
            count(engagement.displayed, "recommendation"),
            count(engagement.conversations, "conversation"),
            number(engagement.adoption.count),
            share(&engagement.adoption)
        ),
    };
    if let Some(gap) = report.coverage.gaps.first() {
        said.push_str(&format!(
            " {} of {} got nothing, {} of them: {}.",
            report.coverage.asked - report.coverage.covered,
            count(report.coverage.asked, "conversation"),
            gap.conversations,
            gap.reason.replace('_', " ")
        ));
    }
    said
}

/// `: 24.1 % (20.3 to 28.2)`, or why there is no number.
fn share(rate: &Rate) -> String {
    match (rate.rate, rate.low, rate.high) {
        (Some(rate), Some(low), Some(high)) => format!(
            ": {} (95 % sure of {} to {})",
            percent(rate),
            tenths(low),
            tenths(high)
        ),
        _ => ", too few to tell a rate".to_owned(),
    }
}

fn rates(engagement: &Engagement, printer: &Printer) -> String {
    let mut table = list(printer, &["", "of", "rate", "95 % between", ""]);
    for (name, rate) in [
        ("displayed of given out", &engagement.display),
        ("used of given out", &engagement.adopted_of_emitted),
        ("used of displayed", &engagement.adoption),
        ("triggers with one used", &engagement.set_adoption),
        ("dismissed of displayed", &engagement.dismissal),
        ("ignored of displayed", &engagement.ignored),
        ("rated of displayed", &engagement.rated),
        ("helpful of rated", &engagement.helpfulness),
    ] {
        table.add_row([
            name.to_owned(),
            format!("{} / {}", number(rate.count), rate.of),
            rate.rate.map_or_else(|| "-".to_owned(), percent),
            between(rate),
            rate.rate.map(bar).unwrap_or_default(),
        ]);
    }
    let mut out = table.to_string();
    if engagement.emitted > 0 && !engagement.verified {
        let why = "Rates of what was displayed are UNVERIFIED: under 95 % of what was given out is \
                   told to have been displayed. Of what was given out, the share used is a lower bound.";
        out.push('\n');
        out.push_str(&paragraph(printer, why));
    }
    out
}

fn groups(report: &Report, printer: &Printer) -> Option<String> {
    let by = report.by?;
    let mut table = list(printer, &[by, "shown", "used", "rate", "95 % between", ""]);
    for of in report.groups.iter().take(MOST_GROUPS) {
        let GroupReport { group, engagement } = of;
        // Where little is told to have been displayed only a lower bound is known.
        let (rate, mark) = match engagement.verified {
            true => (&engagement.adoption, ""),
            false => (&engagement.adopted_of_emitted, ">= "),
        };
        table.add_row([
            group
                .as_deref()
                .map_or_else(|| "(unknown)".to_owned(), clean),
            engagement.displayed.to_string(),
            number(rate.count),
            rate.rate
                .map_or_else(|| "-".to_owned(), |rate| format!("{mark}{}", percent(rate))),
            between(rate),
            rate.rate.map(bar).unwrap_or_default(),
        ]);
    }
    let mut out = table.to_string();
    if let Some(more @ 1..) = report.groups.len().checked_sub(MOST_GROUPS) {
        out.push_str(&format!("\nand {more} more: --output csv has all"));
    }
    if report.suppressed > 0 {
        out.push_str(&format!(
            "\n{} left out: fewer than 5 shown, or in fewer than 5 conversations",
            count(report.suppressed, "agent")
        ));
    }
    Some(out)
}

fn gaps(coverage: &Coverage, printer: &Printer) -> Option<String> {
    let share = coverage.share?;
    let mut table = list(printer, &["conversations asked about", "", "share", ""]);
    let covered = (
        "something was given out".to_owned(),
        coverage.covered,
        share,
    );
    let gaps = coverage.gaps.iter().map(|gap| {
        let reason = gap.reason.replace('_', " ");
        (reason, gap.conversations, gap.share)
    });
    for (name, conversations, share) in std::iter::once(covered).chain(gaps) {
        table.add_row([name, conversations.to_string(), percent(share), bar(share)]);
    }
    Some(table.to_string())
}

fn requests(report: &Report, printer: &Printer) -> String {
    let fetches = &report.fetches;
    let mut table = list(
        printer,
        &[
            "requests", "cache", "upstream", "stood in", "nothing", "withheld", "refused",
        ],
    );
    table.add_row(
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
    let legacy = &report.legacy;
    let ratio = legacy.adoptions_per_fetch.map(|ratio| {
        format!(
            "\nlegacy ratio, adoptions / fetches: {} / {} = {}",
            legacy.adoptions,
            legacy.fetches,
            percent(ratio)
        )
    });
    table.to_string() + &ratio.unwrap_or_default()
}

fn latencies(report: &Report, printer: &Printer) -> Option<String> {
    let mut table = list(
        printer,
        &["latency in ms", "stage", "answers", "p50", "p95", "p99"],
    );
    let latency = &report.latency;
    for (from, stages) in [
        ("from cache", &latency.hits),
        ("from upstream", &latency.misses),
        ("stood in", &latency.stand_ins),
    ] {
        let mut from = from;
        for (stage, latency) in named(stages) {
            table.add_row([
                from.to_owned(),
                stage.to_owned(),
                latency.count.to_string(),
                format!("{:.1}", latency.p50_ms),
                format!("{:.1}", latency.p95_ms),
                format!("{:.1}", latency.p99_ms),
            ]);
            from = "";
        }
    }
    (table.row_count() > 0).then(|| table.to_string())
}

/// The stages that had a part, in their order.
fn named(stages: &StageLatencies) -> impl Iterator<Item = (&'static str, Latency)> {
    let stages = [
        ("total", stages.total),
        ("cache", stages.cache),
        ("token", stages.token),
        ("upstream", stages.upstream),
        ("screening", stages.screening),
        ("audit", stages.audit),
    ];
    let known = stages.into_iter();
    known.filter_map(|(name, latency)| Some((name, latency?)))
}

/// The groups, or all as one, as a table for programs: a line each.
pub(crate) fn report_csv(report: &Report) -> String {
    let mut out = String::from("group,conversations,emitted,displayed,verified");
    for name in [
        "display",
        "adoption",
        "set_adoption",
        "adopted_of_emitted",
        "dismissal",
        "ignored",
        "helpfulness",
        "rated",
    ] {
        for member in ["count", "of", "rate", "low", "high"] {
            out.push_str(&format!(",{name}_{member}"));
        }
    }
    out.push('\n');
    let all = [GroupReport {
        group: Some("all".to_owned()),
        engagement: report.engagement,
    }];
    let rows = match report.by {
        None => &all[..],
        Some(_) => &report.groups,
    };
    rows.iter().for_each(|row| add_line(row, &mut out));
    out
}

fn add_line(row: &GroupReport, out: &mut String) {
    let of = &row.engagement;
    let group = row.group.as_deref().unwrap_or_default();
    out.push_str(&format!(
        "{},{},{},{},{}",
        quoted(group),
        of.conversations,
        of.emitted,
        of.displayed,
        of.verified
    ));
    for rate in [
        &of.display,
        &of.adoption,
        &of.set_adoption,
        &of.adopted_of_emitted,
        &of.dismissal,
        &of.ignored,
        &of.helpfulness,
        &of.rated,
    ] {
        let count = rate.count.map(|count| count.to_string());
        out.push_str(&format!(",{},{}", count.unwrap_or_default(), rate.of));
        for share in [rate.rate, rate.low, rate.high] {
            let share = share.map(|share| format!("{share:.6}"));
            out.push_str(&format!(",{}", share.unwrap_or_default()));
        }
    }
    out.push('\n');
}

/// A field of a line (RFC 4180). What a spreadsheet would take for a formula is made a text.
fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = match formula {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

/// What is not told of an agent is less than five.
fn number(count: Option<u64>) -> String {
    count.map_or_else(|| "< 5".to_owned(), |count| count.to_string())
}

fn between(rate: &Rate) -> String {
    match (rate.low, rate.high) {
        (Some(low), Some(high)) => format!("{} - {} %", tenths(low), tenths(high)),
        _ => String::new(),
    }
}

fn percent(share: f64) -> String {
    format!("{} %", tenths(share))
}

fn tenths(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}

fn bar(share: f64) -> String {
    let eighths = (share * (BAR * 8) as f64).round() as usize;
    let cell = |n: usize| STEPS[eighths.saturating_sub(n * 8).min(8)];
    let bar: String = (0..BAR).map(cell).collect();
    bar.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_the_share() {
        let lengths = [0.0, 0.0125, 0.5, 0.99, 1.0].map(bar);
        assert_eq!(lengths, ["", "▏", "█████", "█████████▉", "██████████"]);
    }

    #[test]
    fn a_field_stays_a_field() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(quoted("=1+1"), "'=1+1");
    }
}
