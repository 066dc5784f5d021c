//! Work that goes on to its end though whoever asked for it leaves: what it does and what it records
//! belong together.

use std::future::poll_fn;
use std::panic::resume_unwind;
use std::task::Poll;

use agent_assist_domain::ports::{StoreError, StoreErrorKind};
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

/// What comes of `work`. Up to its first wait it is done by whoever asks, which is all there is to do
/// where nothing has to be waited for; then it goes on in a task of `tracker`, asked for or not.
///
/// # Errors
/// As [`to_its_end`].
pub(crate) async fn done_to_its_end<T: Send + 'static>(
    tracker: &TaskTracker,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, StoreError> {
    let mut work = Box::pin(work);
    let begun = poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await;
    match begun {
        Poll::Ready(done) => Ok(done),
        Poll::Pending => to_its_end(tracker.spawn(work)).await,
    }
}

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
