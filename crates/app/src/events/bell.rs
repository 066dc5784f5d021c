//! Tells the deliverer that there is something new, at no cost to whoever made it.

use std::sync::Arc;

use agent_assist_domain::audit::{AuditEntry, Seq};
use agent_assist_domain::ports::{AuditLog, StoreError};
use async_trait::async_trait;
use tokio::sync::watch;

/// Rings. Cheap to clone; all clones are one bell.
#[derive(Clone, Debug)]
pub struct Bell(Arc<watch::Sender<()>>);

impl Bell {
    /// Rings for everybody who listens.
    pub fn ring(&self) {
        self.0.send_replace(());
    }

    /// Hears every ring from now on; several that nobody waited for count as one.
    pub fn listen(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}

impl Default for Bell {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(())))
    }
}

/// An audit log that rings when a record is durable.
#[derive(Clone, Debug)]
pub struct RingingLog {
    inner: Arc<dyn AuditLog>,
    bell: Bell,
}

impl RingingLog {
    /// `inner`, ringing `bell`.
    pub fn new(inner: Arc<dyn AuditLog>, bell: Bell) -> Self {
        Self { inner, bell }
    }
}

#[async_trait]
impl AuditLog for RingingLog {
    async fn append(&self, entry: &AuditEntry) -> Result<Seq, StoreError> {
        let seq = self.inner.append(entry).await?;
        self.bell.ring();
        Ok(seq)
    }
}
