//! Work that goes on in a task of its own, and still in the name of whoever asked for it: its lines in the
//! log bear the request, its calls upstream belong to the trace.

use opentelemetry::trace::{FutureExt as _, WithContext};
use tracing::Instrument as _;
use tracing::instrument::Instrumented;

/// `work` in the name of the request at hand.
pub(crate) fn carried<F: Future>(work: F) -> WithContext<Instrumented<F>> {
    work.in_current_span().with_current_context()
}
