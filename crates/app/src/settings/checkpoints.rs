//! Settings of the audit log's checkpoints.

use std::path::PathBuf;

use url::Url;

use super::is_exposed;
use super::typed::Reader;
use crate::checkpoints::SyslogTarget;

/// Which key signs checkpoints, and where they are sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckpointSettings {
    /// The file of the key; nothing is signed without one.
    pub key_file: Option<PathBuf>,
    /// A file elsewhere that they are appended to.
    pub file: Option<PathBuf>,
    /// Where they are posted to.
    pub webhook: Option<Url>,
    /// Where they are sent as messages.
    pub syslog: Option<SyslogTarget>,
}

impl CheckpointSettings {
    /// Whether any of them leaves the host, as far as settings tell.
    pub fn leave_the_host(&self) -> bool {
        self.file.is_some() || self.webhook.is_some() || self.syslog.is_some()
    }
}

impl Reader<'_> {
    pub(super) fn checkpoints(&mut self) -> CheckpointSettings {
        const WEBHOOK: &str = "audit.checkpoint_webhook";
        let settings = CheckpointSettings {
            key_file: self.text("audit.key_file").map(PathBuf::from),
            file: self.text("audit.checkpoint_file").map(PathBuf::from),
            webhook: self.url(WEBHOOK),
            syslog: self.parsed("audit.checkpoint_syslog", SyslogTarget::parse),
        };
        if settings.webhook.as_ref().is_some_and(is_exposed) {
            let origin = self.origin(WEBHOOK);
            self.note(WEBHOOK, "an https URL, or one of this machine", &origin);
        }
        if settings.key_file.is_none() && settings.leave_the_host() {
            let names = ["audit.checkpoint_file", WEBHOOK, "audit.checkpoint_syslog"];
            let set = names.into_iter().find(|name| self.text(name).is_some());
            if let Some(name) = set {
                let origin = self.origin(name);
                self.note(
                    name,
                    "audit.key_file beside it, since nothing is signed without",
                    &origin,
                );
            }
        }
        settings
    }
}
