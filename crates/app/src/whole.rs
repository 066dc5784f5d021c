//! Work that goes on to its end though whoever asked for it leaves: what it does and what it records
//! belong together.

use std::panic::resume_unwind;

use agent_assist_domain::ports::{StoreError, StoreErrorKind};
use tokio::task::JoinHandle;

/// What comes of `task`. Dropping the future leaves the task alone.
///
/// # Errors
/// If the runtime is being shut down: whether there is a record is not known.
pub(crate) async fn to_its_end<T>(task: JoinHandle<T>) -> Result<T, StoreError> {
    task.await.map_err(|broken| match broken.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(cancelled) => {
            StoreError::new(StoreErrorKind::Other, "append to the audit log").because(cancelled)
        }
    })
}
