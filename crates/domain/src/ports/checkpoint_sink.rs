//! Where checkpoints of the audit log go, away from its host.

use std::fmt;

use async_trait::async_trait;

/// Takes checkpoints away, so that whoever holds the host and the key cannot rewrite what they say.
///
/// # Contract
/// - Offered after the records under it are durable, in the order of the log.
/// - `offer` returns at once, whatever becomes of the checkpoint. It may be passed over for a newer one.
/// - `settle` returns when the newest has arrived, or could not be sent in a short time.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CheckpointSink: fmt::Debug + Send + Sync + 'static {
    /// Takes the signed note of a checkpoint.
    fn offer(&self, note: &str);

    /// Waits for the newest to arrive, for a short time.
    async fn settle(&self);
}
