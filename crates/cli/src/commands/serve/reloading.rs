//! The settings read anew while the daemon runs: on SIGHUP, by order of an operator, or because a file of
//! theirs has changed. Everything is read, checked and built before anything changes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use agent_assist_app::error::Chain;
use agent_assist_app::settings::{Sources, settings_file};
use agent_assist_app::wire::{self, WireError};
use agent_assist_domain::audit::{Actor, AdminAct};
use agent_assist_domain::screening::PolicyVersion;
use agent_assist_http::{Refusal, ReloadOrder, Reloaded, Succession, Successor};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::household::{Household, whose};
use super::parts::Changed;
use super::watching::Watching;
use crate::delivery::{Delivering, Delivery};
use crate::signals::Hangups;
use crate::systemd::Herald;

/// How long requests that began under other settings are waited for.
const RETIREMENT: Duration = Duration::from_secs(60);

/// Who wants the settings read anew.
pub(super) struct Triggers {
    pub(super) hangups: Hangups,
    pub(super) orders: mpsc::Receiver<ReloadOrder>,
    pub(super) watching: Option<Watching>,
}

enum Trigger {
    Hangup,
    Watch,
    Order(ReloadOrder),
}

impl Triggers {
    async fn next(&mut self) -> Trigger {
        let watched = async {
            match &mut self.watching {
                Some(watching) => watching.changed().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.hangups.next() => Trigger::Hangup,
            () = watched => Trigger::Watch,
            Some(order) = self.orders.recv() => Trigger::Order(order),
        }
    }
}

/// What runs, and how to make it run otherwise.
pub(super) struct Reloading {
    /// Who started the daemon, in whose name settings are read anew that nobody orders over the network.
    pub(super) actor: Actor,
    /// By whom the supervisor of services hears of it.
    pub(super) herald: Herald,
    pub(super) sources: Sources,
    pub(super) succession: Succession,
    pub(super) household: Household,
    /// For each tenant.
    pub(super) delivering: Vec<Delivering>,
    /// What has been replaced and still has requests under way.
    pub(super) retiring: TaskTracker,
}

/// What has been built and is not in use yet.
struct Built {
    household: Household,
    policy_version: PolicyVersion,
    names: BTreeSet<String>,
    /// For each tenant what has changed, and what delivers from now on where that is something else.
    tenants: Vec<(Changed, Option<Delivery>)>,
    successor: Successor,
}

impl Reloading {
    /// Reads the settings anew whenever somebody wants it, until `ending`. Gives back what runs then.
    pub(super) async fn run(mut self, mut triggers: Triggers, ending: CancellationToken) -> Self {
        while let Some(trigger) = ending.run_until_cancelled(triggers.next()).await {
            let by = match &trigger {
                Trigger::Hangup => "SIGHUP".to_owned(),
                Trigger::Watch => "--watch".to_owned(),
                Trigger::Order(order) => format!("key:{}", order.key_id),
            };
            let (actor, request_id) = match &trigger {
                Trigger::Order(order) => (Actor::of_key(&order.key_id), Some(&*order.request_id)),
                Trigger::Hangup | Trigger::Watch => (self.actor.clone(), None),
            };
            self.herald.reloading();
            let reloaded = self.reload(&by, &actor, request_id).await;
            // Refused or not: by these settings or those before.
            self.herald.ready();
            if let Err(refusal) = &reloaded {
                self.succession.refuse(refusal, &by);
            }
            if let Some(watching) = &mut triggers.watching {
                let files = files(&self.sources, &self.household);
                watching.turn_to(files).await;
            }
            if let Trigger::Order(order) = trigger {
                order.answer(reloaded);
            }
        }
        self
    }

    async fn reload(&mut self, by: &str, actor: &Actor, request_id: Option<&str>) -> Reloaded {
        if self.sources.file.is_none() {
            // One that has been there must stay: without, everything would be as at the first start.
            let standard = settings_file(&self.sources.environment);
            self.sources.file = standard.filter(|path| path.is_file());
        }
        let building = tokio::task::spawn_blocking({
            let (sources, household) = (self.sources.clone(), self.household.clone());
            let succession = self.succession.clone();
            move || build(&sources, &household, &succession)
        });
        let unbuilt = |error| Refusal::new("settings", format!("a bug: {error}"));
        let built = building.await.map_err(unbuilt)??;
        for parts in &built.household.tenants {
            wire::register_receivers(&parts.loaded.settings, &parts.store)
                .await
                .map_err(|error| Refusal::new("store", Chain(&error).to_string()))?;
        }
        // On record before it is done, like all that administrators do.
        let act = AdminAct::ReloadConfig(built.policy_version);
        let recorded = built.household.admin.record(act, actor, request_id);
        recorded
            .await
            .map_err(|error| Refusal::new("store", Chain(&error).to_string()))?;
        Ok(self.install(built, by))
    }

    fn install(&mut self, built: Built, by: &str) -> BTreeSet<String> {
        let Built {
            household,
            names,
            tenants,
            successor,
            policy_version: _,
        } = built;
        self.succession.install(successor, &names, by);
        let before = std::mem::replace(&mut self.household, household);
        let changes = before.tenants.into_iter().zip(tenants);
        for ((parts, (changed, delivery)), delivering) in changes.zip(&mut self.delivering) {
            if let Some(delivery) = delivery {
                let delivering = std::mem::replace(delivering, delivery.start());
                self.retiring.spawn(async { drop(delivering.stop().await) });
            }
            if changed.answers_otherwise() {
                parts.streams.leave();
                self.retiring.spawn(async move {
                    parts.gateway.fetch.shut_down(RETIREMENT).await;
                    if changed.finds_otherwise() {
                        // If it fails, the store does, and says so to all who ask for something.
                        let _ = parts.denials.flush().await;
                    }
                });
            }
        }
        names
    }

    /// Ends what requests of other settings have left behind; what is not done after `patience` is left
    /// alone.
    pub(super) async fn retire(&self, patience: Duration) {
        self.retiring.close();
        let _ = timeout(patience, self.retiring.wait()).await;
    }
}

/// The files that settings are read from, or could be.
pub(super) fn files(sources: &Sources, household: &Household) -> BTreeSet<PathBuf> {
    let standard = || settings_file(&sources.environment);
    let mut files = household.loaded.files();
    files.extend(sources.file.clone().or_else(standard));
    files
}

fn build(sources: &Sources, before: &Household, succession: &Succession) -> Result<Built, Refusal> {
    let loaded = sources.load();
    let loaded = loaded.map_err(|mistakes| Refusal::mistaken(&mistakes))?;
    let imprint = loaded.imprint();
    let changed = Changed(before.imprint.differences(&imprint));
    loaded
        .refuse_fixed(&before.loaded, &changed.0)
        .map_err(|mistakes| Refusal::too_late(&mistakes))?;
    let (household, changes) = before
        .changed_to(loaded, imprint, &changed)
        .map_err(|(tenant, error)| unfit(tenant.as_deref(), &error))?;
    let mut tenants = Vec::new();
    for (parts, changed) in household.tenants.iter().zip(changes) {
        let delivery = match changed.delivers_otherwise() {
            true => {
                let tenant = whose(&household.loaded, &parts.loaded);
                let deliverer = parts.deliverer();
                let deliverer = deliverer.map_err(|error| unfit(tenant.as_deref(), &error))?;
                Some(Delivery::by(deliverer))
            }
            false => None,
        };
        tenants.push((changed, delivery));
    }
    let served = household.served().map_err(|error| unfit(None, &error))?;
    let successor = succession
        .prepare(&household.loaded.settings.serve, served)
        .map_err(|error| Refusal::new("serve.tls_cert_file", Chain(&error).to_string()))?;
    let screening = wire::screening(&household.loaded.settings);
    let screening = screening.map_err(|error| unfit(None, &error))?;
    Ok(Built {
        policy_version: screening.version(),
        household,
        names: changed.0,
        tenants,
        successor,
    })
}

fn unfit(tenant: Option<&str>, error: &WireError) -> Refusal {
    let setting = error.setting().unwrap_or("settings");
    let setting = match tenant {
        Some(tenant) => format!("tenants.{tenant}.{setting}"),
        None => setting.to_owned(),
    };
    Refusal::new(setting, Chain(error).to_string())
}
