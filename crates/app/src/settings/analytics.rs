//! Who wants to be called back, and how.

use std::collections::BTreeSet;
use std::path::PathBuf;

use url::Url;

use super::secret::Secret;
use super::typed::Reader;
use crate::events::Types;

/// The settings below `analytics`.
#[derive(Clone, Debug, Default)]
pub struct AnalyticsSettings {
    /// A file that every event is appended to.
    pub file: Option<PathBuf>,
    /// Receivers of somebody's own, by name.
    pub webhooks: Vec<WebhookSettings>,
}

/// A receiver over HTTP.
#[derive(Clone, Debug)]
pub struct WebhookSettings {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub url: Url,
    /// What events are signed with.
    pub secret: Secret,
    /// Which events it wants.
    pub types: Types,
    /// Whether it may be this machine or one beside it, and need not encrypt.
    pub allow_private: bool,
}

const WEBHOOKS: &str = "analytics.webhooks.";

/// Whether a webhook can be called so: a name that is the same in a file, an environment variable and
/// a table of the store.
pub(super) fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    (1..=64).contains(&name.len()) && name.chars().all(fits) && !name.contains("__")
}

impl AnalyticsSettings {
    /// The names of all sinks, under which their cursors are kept.
    pub fn sinks(&self) -> Vec<String> {
        let file = self.file.iter().map(|_| Self::FILE.to_owned());
        let webhooks = self.webhooks.iter().map(|webhook| webhook.sink());
        file.chain(webhooks).collect()
    }

    /// The name of the file's sink.
    pub const FILE: &str = "file";
}

impl WebhookSettings {
    /// The name of its sink.
    pub fn sink(&self) -> String {
        format!("webhook/{}", self.name)
    }
}

impl Reader<'_> {
    pub(super) fn analytics(&mut self) -> Option<AnalyticsSettings> {
        let names = self.names_below(WEBHOOKS);
        let names: BTreeSet<&str> = names
            .iter()
            .filter_map(|name| Some(name.strip_prefix(WEBHOOKS)?.split_once('.')?.0))
            .collect();
        // Every one is read, so that every mistake is told.
        let webhooks: Vec<_> = names.into_iter().map(|name| self.webhook(name)).collect();
        Some(AnalyticsSettings {
            file: self.text("analytics.file").map(PathBuf::from),
            webhooks: webhooks.into_iter().collect::<Option<_>>()?,
        })
    }

    fn webhook(&mut self, name: &str) -> Option<WebhookSettings> {
        let key = |setting: &str| format!("{WEBHOOKS}{name}.{setting}");
        let allow_private = self.optional(&key("allow_private"), Self::switch, false);
        let url = self.required(&key("url"), |read, key| {
            read.parsed(key, |text| {
                receiver(text, allow_private.unwrap_or_default())
            })
        });
        let secret = self.required(&key("secret_file"), |read, key| {
            read.text(key).map(|path| Secret::File(path.into()))
        });
        let types = self.optional(
            &key("types"),
            |read, key| read.parsed(key, Types::parse),
            Types::ALL,
        );
        Some(WebhookSettings {
            name: name.to_owned(),
            url: url?,
            secret: secret?,
            types: types?,
            allow_private: allow_private?,
        })
    }

    /// What `read` makes of a setting, or `default` where nobody has said anything.
    fn optional<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Self, &str) -> Option<T>,
        default: T,
    ) -> Option<T> {
        match self.text(key) {
            Some(_) => read(self, key),
            None => Some(default),
        }
    }

    /// The same of a setting that a webhook cannot do without.
    fn required<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Self, &str) -> Option<T>,
    ) -> Option<T> {
        if self.text(key).is_none() {
            let expected = super::keys::find(key).map_or("a value", |key| key.form.expected());
            self.note(key, expected, "not set, and the webhook needs it");
        }
        read(self, key)
    }
}

fn receiver(text: &str, allow_private: bool) -> Option<Url> {
    Url::parse(text).ok().filter(|url| {
        let encrypted = url.scheme() == "https" || url.scheme() == "http" && allow_private;
        encrypted
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
    })
}
