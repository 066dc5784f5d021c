//! What two readings of the settings have in common, so that a program that runs knows what it must make
//! anew, what may stay, and what only a restart can change.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{Loaded, Mistake, Mistakes, tenants};

/// Settings whose files are read: what is in them counts like the setting itself.
const READ: &[&str] = &[
    "analytics.webhooks.*.secret_file",
    "pii.policy_file",
    "serve.tls_cert_file",
    "serve.tls_key_file",
    "upstream.access_token_file",
    "upstream.client_secret_file",
    "upstream.extra_ca_file",
];

/// How much of a file counts; none that is used is longer.
const MOST_BYTES: u64 = 1024 * 1024;

/// Settings that hold from the start of a daemon to its end: they say where it listens and which log it
/// writes, under which key.
const FIXED: &[&str] = &[
    "audit.checkpoint_file",
    "audit.checkpoint_syslog",
    "audit.checkpoint_webhook",
    "audit.key_file",
    "serve.admin_listen",
    "serve.drain_pause",
    "serve.drain_timeout",
    "serve.listen",
    "serve.max_connections",
    "serve.max_streams_per_key",
    "serve.otlp_endpoint",
    "serve.stream_heartbeat",
    "store",
    "tenant",
];

/// Whether a change of the setting of this name needs a restart of the daemon.
pub fn needs_restart(name: &str) -> bool {
    FIXED.contains(&of_any(name))
}

/// The name of a setting without the tenant whose it is.
fn of_any(name: &str) -> &str {
    tenants::split(name).map_or(name, |(_, setting)| setting)
}

/// Every setting and what is in its file, as hashes: settings hold secrets, and comparing needs none.
#[derive(Clone, PartialEq, Eq)]
pub struct Imprint(BTreeMap<String, [u8; 32]>);

/// Names only.
impl std::fmt::Debug for Imprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Imprint {
    /// The names of settings in which `other` differs.
    pub fn differences(&self, other: &Self) -> BTreeSet<String> {
        let names = self.0.keys().chain(other.0.keys());
        let differs = |name: &&String| self.0.get(*name) != other.0.get(*name);
        names.filter(differs).cloned().collect()
    }
}

impl Loaded {
    /// What these settings are, and what is in their files now.
    pub fn imprint(&self) -> Imprint {
        let entries = self.layers.entries.iter();
        let hashed = entries.map(|(name, entry)| {
            let mut hash = Sha256::new();
            hash.update(entry.text.as_bytes());
            // Standard input gives what it holds once.
            if is_read(name) && entry.text != "-" {
                hash.update(b"\0");
                hash.update(content(Path::new(&entry.text)));
            }
            (name.clone(), hash.finalize().into())
        });
        Imprint(hashed.collect())
    }

    /// The files that the settings are read from, or name to be read.
    pub fn files(&self) -> BTreeSet<PathBuf> {
        let entries = self.layers.entries.iter();
        let named = entries.filter(|(name, entry)| is_read(name) && entry.text != "-");
        named.map(|(_, entry)| entry.text.clone().into()).collect()
    }

    /// Refuses what of `changed`, in which these settings differ from those `before` that a daemon goes by,
    /// it cannot take on while it runs.
    ///
    /// # Errors
    /// All of them.
    pub fn refuse_fixed(&self, before: &Self, changed: &BTreeSet<String>) -> Result<(), Mistakes> {
        let fixed = changed.iter().filter(|name| needs_restart(name));
        let mut mistakes: Vec<Mistake> = fixed
            .map(|name| {
                let entry = self.layers.entries.get(name);
                let origin = entry.map_or("not set any more".to_owned(), |entry| {
                    entry.origin.to_string()
                });
                let expected =
                    "the value that the daemon has started with: a change needs a restart";
                Mistake::new(name, expected, &origin)
            })
            .collect();
        let [before, now] = [before, self].map(|loaded| loaded.layers.tenants());
        mistakes.extend(before.symmetric_difference(&now).map(|tenant| {
            let expected = "the tenants that the daemon has started with: a change needs a restart";
            Mistake::new(
                &format!("tenants.{tenant}"),
                expected,
                "the settings as a whole",
            )
        }));
        match mistakes.is_empty() {
            true => Ok(()),
            false => Err(Mistakes(mistakes)),
        }
    }
}

/// What is in the file. One that cannot be read is as good as empty; whoever needs it says so.
fn content(path: &Path) -> Vec<u8> {
    let mut content = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut content));
    read.map(|_| content).unwrap_or_default()
}

fn is_read(name: &str) -> bool {
    let name = of_any(name);
    READ.iter().any(|read| match read.split_once('*') {
        Some((prefix, suffix)) => name.starts_with(prefix) && name.ends_with(suffix),
        None => *read == name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::keys;

    #[test]
    fn what_is_listed_is_a_setting() {
        for name in READ.iter().chain(FIXED) {
            let known = keys::KEYS.iter().any(|key| key.name == *name);
            assert!(known, "{name}");
        }
    }
}
