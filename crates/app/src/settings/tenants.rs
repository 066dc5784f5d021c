//! Several tenants in one program: each has a table `[tenants.NAME]` with what differs; everything else is
//! as it stands outside the tables. What speaks of one organisation alone is never taken over: its log, the
//! log's key and archives, who is told of its events; nor the place of its upstream or its credentials where
//! the table names any of its own, since a secret is only shown to whom it was meant for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::layers::{Entry, Layers, Origin};
use super::{Loaded, Mistake, Sources, analytics, keys, typed};

/// What the settings of tenants begin with.
const TABLE: &str = "tenants.";

/// Who is told of events: of one tenant's alone.
const EVENTS: &str = "analytics.";

/// Settings, and tables of them, that a tenant has of its own or not at all.
const OWN: &[&str] = &[
    EVENTS,
    "audit.archives",
    "audit.checkpoint_file",
    "audit.checkpoint_syslog",
    "audit.checkpoint_webhook",
    "audit.key_file",
];

/// Where the upstream is: whoever names one of these names all that are needed.
const PLACE: &[&str] = &[
    "upstream.api_base",
    "upstream.login_base",
    "upstream.name",
    "upstream.region",
];

/// Who we are there: likewise. They belong to a place.
const CREDENTIALS: &[&str] = &[
    "upstream.access_token",
    "upstream.access_token_file",
    "upstream.client_id",
    "upstream.client_secret",
    "upstream.client_secret_file",
];

/// Settings below `serve` that are a tenant's; the others are the daemon's.
const OF_SERVE: &[&str] = &["serve.knowledge_sources"];

/// What must be another for each tenant, beside the store.
const APART: &[&str] = &[
    "analytics.file",
    "audit.archives",
    "audit.checkpoint_file",
    "audit.key_file",
];

/// The tenant and the setting that a name of the form `tenants.NAME.setting` speaks of.
pub(super) fn split(name: &str) -> Option<(&str, &str)> {
    let (tenant, setting) = name.strip_prefix(TABLE)?.split_once('.')?;
    (analytics::is_name(tenant) && may_differ(setting)).then_some((tenant, setting))
}

/// Whether a setting of this name is a tenant's.
fn may_differ(setting: &str) -> bool {
    let of_daemon = setting.starts_with("serve.") && !OF_SERVE.contains(&setting);
    setting != "tenant" && !setting.starts_with(TABLE) && !of_daemon
}

impl Layers {
    /// The names of tenants that there are tables of.
    pub(super) fn tenants(&self) -> BTreeSet<String> {
        let names = self.entries.keys();
        names
            .filter_map(|name| Some(split(name)?.0.to_owned()))
            .collect()
    }

    /// What holds for the tenant of this name, whose store lies in a folder of its own beside `store`
    /// where its table names none. Flags of a command that is about this tenant alone win.
    fn of_tenant(&self, tenant: &str, store: &Path, sources: &Sources) -> Self {
        let own: BTreeMap<&str, &Entry> = self
            .entries
            .iter()
            .filter_map(|(name, entry)| {
                let (of, setting) = split(name)?;
                (of == tenant).then_some((setting, entry))
            })
            .collect();
        let names_any = |group: &[&str]| group.iter().any(|name| own.contains_key(name));
        let moves = names_any(PLACE);
        let kept_back = |name: &str| {
            name.starts_with(TABLE)
                || OWN.iter().any(|own| name.starts_with(own))
                || moves && PLACE.contains(&name)
                || (moves || names_any(CREDENTIALS)) && CREDENTIALS.contains(&name)
        };
        let mut layers = self.clone();
        layers.entries.retain(|name, _| !kept_back(name));
        layers.set("tenant", tenant.to_owned(), Origin::Default);
        let store = beside(store, tenant).display().to_string();
        layers.set("store", store, Origin::Default);
        for (setting, entry) in own {
            layers.entries.insert(setting.to_owned(), entry.clone());
        }
        if sources.tenant.as_deref() == Some(tenant) {
            for (name, value, flag) in &sources.flags {
                layers.set(name, value.clone(), Origin::Flag(flag));
            }
        }
        layers
    }
}

/// `store` in a folder of its own.
fn beside(store: &Path, tenant: &str) -> PathBuf {
    let mut path = store.to_owned();
    path.pop();
    path.push(tenant);
    path.push(store.file_name().unwrap_or_default());
    path
}

/// The settings of every tenant in `layers`; `store` is that of the program. Mistakes that stand outside
/// the tables are in `mistakes` already.
pub(super) fn load(
    layers: &Layers,
    store: &Path,
    sources: &Sources,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Loaded> {
    let mut tenants = Vec::new();
    let mut wrong = Vec::new();
    if !layers.tenants().is_empty() {
        let nobodys = layers.entries.iter();
        let nobodys = nobodys.filter(|(name, _)| name.starts_with(EVENTS));
        wrong.extend(nobodys.map(|(name, entry)| {
            let expected = format!(
                "{} instead: each tenant has receivers of its own",
                in_table("NAME", name)
            );
            Mistake::new(name, &expected, &entry.origin.to_string())
        }));
    }
    for tenant in layers.tenants() {
        let layers = layers.of_tenant(&tenant, store, sources);
        let mut of_tenant = Vec::new();
        let settings = typed::build(&layers, &sources.environment, &mut of_tenant);
        of_tenant.retain(|mistake| !mistakes.contains(mistake));
        wrong.extend(of_tenant.into_iter().map(|mistake| Mistake {
            key: in_table(&tenant, &mistake.key),
            ..mistake
        }));
        tenants.extend(settings.map(|settings| Loaded {
            settings,
            layers,
            tenants: Vec::new(),
        }));
    }
    mistakes.extend(wrong);
    refuse_shared(store, &tenants, mistakes);
    tenants
}

/// The name of a tenant's setting as it is written.
pub(super) fn in_table(tenant: &str, setting: &str) -> String {
    format!("{TABLE}{tenant}.{setting}")
}

/// Two logs in one file would be one log, and a key speaks for one.
fn refuse_shared(store: &Path, tenants: &[Loaded], mistakes: &mut Vec<Mistake>) {
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    taken.insert(store.display().to_string(), "store".to_owned());
    for tenant in tenants {
        let name = &tenant.settings.tenant;
        for setting in ["store"].iter().chain(APART) {
            let Some(entry) = tenant.layers.entries.get(*setting) else {
                continue;
            };
            let key = in_table(name, setting);
            if let Some(by) = taken.get(&entry.text) {
                let expected = format!("a path of its own, since {by} has this one");
                mistakes.push(Mistake::new(&key, &expected, &entry.origin.to_string()));
            } else {
                taken.insert(entry.text.clone(), key);
            }
        }
    }
}

/// What is known of a tenant's setting.
pub(super) fn find(name: &str) -> Option<&'static keys::Key> {
    let (_, setting) = split(name)?;
    keys::find(setting)
}
