//! Where settings come from, and which wins: flag over sandbox over environment over profile over
//! file over default. Nothing is judged here but names; values keep their origin, so that a
//! mistake can be found where it was made.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use config::{FileFormat, Source as _, Value, ValueKind};

use super::Mistake;
use super::keys::{self, OTHER_VARIABLES, PREFIX, VENDOR_VARIABLES};

/// Who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The program's default.
    Default,
    /// A settings file, possibly a profile in it.
    File(PathBuf, Option<String>),
    /// An environment variable.
    Variable(String),
    /// The embedded sandbox.
    Sandbox,
    /// A flag of the command line.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, None) => write!(f, "{}", path.display()),
            Self::File(path, Some(profile)) => {
                write!(f, "{} [profile.{profile}]", path.display())
            }
            Self::Variable(name) => write!(f, "environment {name}"),
            Self::Sandbox => f.write_str("sandbox"),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}

/// One value as text, and who said it.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// The value.
    pub text: String,
    /// Who said it.
    pub origin: Origin,
}

/// Shows the origin only: the value may be a secret.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({})", self.origin)
    }
}

/// What to read settings from. The environment is handed in, never read here.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Settings given as flags: name, value, flag.
    pub flags: Vec<(&'static str, String, &'static str)>,
    /// What the embedded sandbox dictates, where it is asked for.
    pub sandbox: Option<SandboxSettings>,
    /// The environment.
    pub environment: BTreeMap<String, String>,
    /// The settings file; it must exist.
    pub file: Option<PathBuf>,
    /// The profile in it.
    pub profile: Option<String>,
    /// The tenant whose settings are wanted, where there are several.
    pub tenant: Option<String>,
}

/// What the embedded sandbox dictates. Nothing of the real upstream is left beside it: a real
/// token must not be shown to a toy, nor a toy's answer be mistaken for a real one. Nor do toy events
/// go to those who want real ones.
#[derive(Clone, Default)]
pub struct SandboxSettings {
    /// In whose name toy records are kept.
    pub tenant: String,
    /// Where they are kept.
    pub store: String,
    /// Which dialect is spoken unless a flag says otherwise.
    pub dialect: &'static str,
    /// Settings below `upstream`, once the sandbox runs.
    pub upstream: Vec<(&'static str, String)>,
}

impl fmt::Debug for SandboxSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SandboxSettings({})", self.tenant)
    }
}

/// The values that won, by dotted name.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    pub(super) entries: BTreeMap<String, Entry>,
    /// Names in the environment that look like settings but are none.
    pub unknown_variables: Vec<String>,
}

impl Sources {
    /// Reads all sources and lets the strongest win.
    pub(super) fn merge(&self, mistakes: &mut Vec<Mistake>) -> Layers {
        let mut layers = Layers::default();
        layers.set_defaults(|_| true);
        if let Some(path) = &self.file {
            self.merge_file(path, &mut layers, mistakes);
        } else if let Some(profile) = &self.profile {
            mistakes.push(Mistake::new(
                "profile",
                "a settings file that holds it (--config FILE)",
                &format!("--profile {profile}"),
            ));
        }
        self.merge_environment(&mut layers);
        if let Some(sandbox) = &self.sandbox {
            layers.adopt_sandbox(sandbox);
        }
        for (name, value, flag) in &self.flags {
            layers.set(name, value.clone(), Origin::Flag(flag));
        }
        layers
    }

    fn merge_file(&self, path: &Path, layers: &mut Layers, mistakes: &mut Vec<Mistake>) {
        let file = config::File::from(path)
            .format(FileFormat::Toml)
            .required(true);
        let table = match file.collect() {
            Ok(table) => table,
            Err(error) => {
                // The parser quotes the offending line, which may hold a secret.
                tracing::debug!(
                    kind = std::any::type_name_of_val(&error),
                    "unreadable settings"
                );
                mistakes.push(Mistake::new(
                    "settings file",
                    "a readable file of TOML",
                    &path.display().to_string(),
                ));
                return;
            }
        };
        let mut flat = BTreeMap::new();
        table
            .into_iter()
            .for_each(|(name, value)| flatten(name, value, &mut flat));
        let (profiles, base): (BTreeMap<_, _>, BTreeMap<_, _>) = flat
            .into_iter()
            .partition(|(name, _)| name.starts_with("profile."));
        layers.adopt(base, &Origin::File(path.to_owned(), None), mistakes);
        let Some(profile) = &self.profile else { return };
        let prefix = format!("profile.{profile}.");
        let chosen: BTreeMap<String, String> = profiles
            .into_iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(&prefix)?.to_owned(), value)))
            .collect();
        if chosen.is_empty() {
            mistakes.push(Mistake::new(
                "profile",
                &format!("a table [profile.{profile}] in the settings file"),
                &path.display().to_string(),
            ));
        }
        layers.adopt(
            chosen,
            &Origin::File(path.to_owned(), Some(profile.clone())),
            mistakes,
        );
    }

    fn merge_environment(&self, layers: &mut Layers) {
        let given = |name: &str| self.environment.get(name).filter(|value| !value.is_empty());
        for (variable, name) in VENDOR_VARIABLES {
            if let Some(value) = given(variable) {
                layers.set(
                    name,
                    value.clone(),
                    Origin::Variable((*variable).to_owned()),
                );
            }
        }
        for variable in self.environment.keys() {
            let Some(rest) = variable.strip_prefix(PREFIX) else {
                continue;
            };
            let name = rest.to_lowercase().replace("__", ".");
            match given(variable) {
                Some(value) if keys::find(&name).is_some() => {
                    layers.set(&name, value.clone(), Origin::Variable(variable.clone()));
                }
                Some(_) if !OTHER_VARIABLES.contains(&variable.as_str()) => {
                    layers.unknown_variables.push(variable.clone());
                }
                _ => {}
            }
        }
    }
}

impl Layers {
    pub(super) fn set(&mut self, name: &str, text: String, origin: Origin) {
        self.entries.insert(name.to_owned(), Entry { text, origin });
    }

    fn adopt(
        &mut self,
        values: BTreeMap<String, String>,
        origin: &Origin,
        mistakes: &mut Vec<Mistake>,
    ) {
        for (name, text) in values {
            match keys::find(&name) {
                Some(key) if key.secret => mistakes.push(Mistake::new(
                    &name,
                    &format!("no secret in a settings file; use {name}_file or the environment"),
                    &origin.to_string(),
                )),
                Some(_) => self.set(&name, text, origin.clone()),
                None => mistakes.push(Mistake::new(
                    &name,
                    "a known setting; `config init` writes all of them",
                    &origin.to_string(),
                )),
            }
        }
    }
}

impl Layers {
    /// Sets what holds when nobody says otherwise, of the settings that are `wanted`.
    fn set_defaults(&mut self, wanted: impl Fn(&str) -> bool) {
        for key in keys::KEYS.iter().filter(|key| !key.name.contains('*')) {
            if !key.default.is_empty() && wanted(key.name) {
                self.set(key.name, key.default.to_owned(), Origin::Default);
            }
        }
    }

    fn adopt_sandbox(&mut self, sandbox: &SandboxSettings) {
        let is_real = |name: &str| name.starts_with("upstream.") || name.starts_with("analytics.");
        let is_of_tenant = |name: &str| name.starts_with("tenants.");
        self.entries
            .retain(|name, _| !is_real(name) && !is_of_tenant(name));
        self.set_defaults(is_real);
        // The key speaks for one log: that of the real store.
        for name in [
            "audit.key_file",
            "audit.checkpoint_file",
            "audit.checkpoint_webhook",
            "audit.checkpoint_syslog",
        ] {
            self.entries.remove(name);
        }
        self.set("tenant", sandbox.tenant.clone(), Origin::Sandbox);
        self.set("store", sandbox.store.clone(), Origin::Sandbox);
        self.set("dialect", sandbox.dialect.to_owned(), Origin::Sandbox);
        for (name, value) in &sandbox.upstream {
            self.set(name, value.clone(), Origin::Sandbox);
        }
    }
}

/// Turns nested tables into dotted names, and a list into its members separated by commas: what the
/// environment, which has no lists, would say.
fn flatten(name: String, value: Value, flat: &mut BTreeMap<String, String>) {
    match value.kind {
        ValueKind::Table(table) => {
            for (member, value) in table {
                flatten(format!("{name}.{member}"), value, flat);
            }
        }
        ValueKind::Array(members) => {
            let members: Vec<String> = members
                .into_iter()
                .map(|member| member.kind.to_string())
                .collect();
            flat.insert(name, members.join(", "));
        }
        kind => {
            flat.insert(name, kind.to_string());
        }
    }
}
