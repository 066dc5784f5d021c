//! Analytics into a closure, the callback of a program that embeds the gateway, and into a file.

use std::fmt;
use std::io::{self, SeekFrom};
use std::path::PathBuf;

use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::ports::{AnalyticsSink, SinkError, SinkErrorKind};
use async_trait::async_trait;
use tokio::fs::OpenOptions;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};
use tokio::sync::Mutex;

/// Calls a closure for every event.
pub struct ClosureSink<F>(F);

impl<F: Fn(&AnalyticsEvent) + Send + Sync + 'static> ClosureSink<F> {
    /// A sink that calls `callback`. It runs on the request's own task: keep it short.
    pub fn new(callback: F) -> Self {
        Self(callback)
    }
}

impl<F> fmt::Debug for ClosureSink<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClosureSink(..)")
    }
}

#[async_trait]
impl<F: Fn(&AnalyticsEvent) + Send + Sync + 'static> AnalyticsSink for ClosureSink<F> {
    async fn publish(&self, event: &AnalyticsEvent) -> Result<(), SinkError> {
        (self.0)(event);
        Ok(())
    }
}

/// Appends events to a file, one a line. It survives the death of the process, not that of the host:
/// nothing waits for the disk.
#[derive(Debug)]
pub struct FileSink {
    path: PathBuf,
    /// Held while a line is written, so that lines stay whole.
    writing: Mutex<()>,
}

impl FileSink {
    /// A sink that appends to the file at `path`, made on first use and readable by its owner only.
    /// It is opened anew for each event, so that it can be moved away at any time.
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            writing: Mutex::new(()),
        }
    }
}

impl FileSink {
    async fn append(&self, line: &str) -> io::Result<()> {
        let _writing = self.writing.lock().await;
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut file = options.open(&self.path).await?;
        let mut text = String::with_capacity(line.len() + 2);
        // Whoever died in the middle of a line leaves it torn; its event comes again.
        if file.metadata().await?.is_file() && file.seek(SeekFrom::End(0)).await? > 0 {
            file.seek(SeekFrom::End(-1)).await?;
            if file.read_u8().await? != b'\n' {
                text.push('\n');
            }
        }
        text.push_str(line);
        text.push('\n');
        file.write_all(text.as_bytes()).await?;
        file.flush().await
    }
}

#[async_trait]
impl AnalyticsSink for FileSink {
    async fn publish(&self, event: &AnalyticsEvent) -> Result<(), SinkError> {
        self.append(&event.to_json()).await.map_err(|error| {
            SinkError::new(SinkErrorKind::NotNow, "the file cannot be written").because(error)
        })
    }
}
