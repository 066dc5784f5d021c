//! The output.

use std::process::ExitCode;

use tokio::time::Instant;

use crate::Scale;
use crate::bench;
use crate::process;
use crate::rows::Row;
use crate::verdict::Verdict;

/// Names the rows, as the test harness would.
pub(crate) fn list(rows: &[Row]) -> ExitCode {
    for row in rows {
        print(&format!("{}: test", row.name));
    }
    ExitCode::SUCCESS
}

/// Runs `rows` one after the other and prints a line for each.
pub(crate) async fn run(rows: &[&Row], scale: Scale) -> ExitCode {
    let began = Instant::now();
    let build = if cfg!(debug_assertions) {
        "debug"
    } else {
        "release"
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let counts = scale.pick("reduced", "full");
    print(&format!(
        "\n{build} build, {counts} counts, {cores} cores, stores in {}\n",
        bench::parent().display()
    ));
    print("| fault | tried | survived | figures (measured against required) |");
    print("|---|---|---|---|");
    let mut failed = Vec::new();
    for row in rows {
        let verdict = process::run(row, scale).await;
        print(&line(row, &verdict));
        if !verdict.passes() {
            failed.push(row.name);
        }
    }
    let seconds = began.elapsed().as_secs();
    print(&format!(
        "\n{} of {} rows survived in {seconds} s",
        rows.len() - failed.len(),
        rows.len()
    ));
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    print(&format!("failed: {}", failed.join(", ")));
    ExitCode::FAILURE
}

fn line(row: &Row, verdict: &Verdict) -> String {
    let figures = verdict.figures.iter().map(|figure| match figure.holds {
        true => figure.text.clone(),
        false => format!("**FAILED: {}**", figure.text),
    });
    let figures: Vec<String> = figures.collect();
    format!(
        "| `{}`: {} | {} | {} | {} |",
        row.name,
        row.fault,
        verdict.tried,
        verdict.survived,
        figures.join("; ")
    )
}

#[expect(clippy::print_stdout, reason = "the table is the output")]
fn print(line: &str) {
    println!("{line}");
}
