//! A sign of life for anything that takes longer than a moment.

use std::io::{IsTerminal as _, stderr};
use std::time::Duration;

use indicatif::ProgressBar;

use crate::output::Printer;

/// Nothing is said before this.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the sign moves.
const TICK: Duration = Duration::from_millis(120);

/// Runs `work`; once it takes longer than half a second, says on standard error what is going on.
pub(crate) async fn during<T>(
    printer: &Printer,
    doing: &'static str,
    work: impl Future<Output = T>,
) -> T {
    tokio::pin!(work);
    if let Ok(done) = tokio::time::timeout(PATIENCE, &mut work).await {
        return done;
    }
    if !stderr().is_terminal() {
        printer.note(&format!("{doing} ..."));
        return work.await;
    }
    let bar = ProgressBar::new_spinner().with_message(doing);
    bar.enable_steady_tick(TICK);
    let done = work.await;
    bar.finish_and_clear();
    done
}
