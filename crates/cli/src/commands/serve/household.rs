//! All that one daemon serves: one tenant, or several apart. Where there are several, the daemon has a store
//! of its own, which holds the keys of callers and the record of who was denied of no tenant's.

use std::sync::Arc;

use agent_assist_app::access::{AccessService, DenialService, FirstKey, first_key};
use agent_assist_app::administration::AdminRecorder;
use agent_assist_app::daemon_lock::DaemonLock;
use agent_assist_app::settings::{Imprint, Loaded};
use agent_assist_app::wire::{self, SqliteStore, WireError};
use agent_assist_domain::audit::Actor;
use agent_assist_domain::ports::StoreError;
use agent_assist_domain::screening::Screening;
use agent_assist_http::{House, Served};

use super::parts::{Changed, Parts};
use crate::failure::Failure;

/// Everybody who is served.
#[derive(Clone)]
pub(super) struct Household {
    pub(super) loaded: Loaded,
    pub(super) imprint: Imprint,
    store: SqliteStore,
    access: AccessService,
    /// Of what concerns all.
    pub(super) admin: AdminRecorder,
    /// Of no tenant's; `None` where there is only one.
    denials: Option<DenialService>,
    pub(super) tenants: Vec<Parts>,
}

impl Household {
    /// Opens the stores of everybody in `loaded`, makes the first key where there has never been one, and
    /// puts all together; `by` is who starts the daemon. The locks are the right to serve each store.
    pub(super) async fn open(
        loaded: Loaded,
        by: &Actor,
    ) -> Result<(Self, Vec<DaemonLock>, Option<FirstKey>), Failure> {
        let settings = &loaded.settings;
        // Before anything else is made: who only asks for help with the upstream leaves no store behind.
        let mut sources = Vec::new();
        for one in loaded.each() {
            let source = wire::upstream(&one.settings).map_err(|error| of(&loaded, one, error))?;
            sources.push((one.clone(), Arc::new(source)));
        }
        let store = wire::open_store(settings).await?;
        let mut locks = vec![DaemonLock::take(&settings.store)?];
        let mut tenants = Vec::new();
        for (one, source) in sources {
            let store = match loaded.tenants.is_empty() {
                true => store.clone(),
                false => {
                    let opened = wire::open_store(&one.settings).await;
                    let opened = opened.map_err(|error| of(&loaded, &one, error))?;
                    locks.push(DaemonLock::take(&one.settings.store)?);
                    opened
                }
            };
            let name = one.settings.tenant.clone();
            let parts = Parts::new(one, source, store);
            tenants.push(parts.map_err(|error| under(&loaded, &name, error))?);
        }
        let screening = match &tenants[..] {
            [only] if loaded.tenants.is_empty() => only.gateway.screening.clone(),
            _ => wire::screening(settings)?,
        };
        let keys = wire::keys(settings, &store, &screening);
        let first = first_key(&keys, &settings.store, by).await?;
        let household = Self {
            imprint: loaded.imprint(),
            access: wire::access(settings, &store)?,
            admin: wire::admin_recorder(settings, &store),
            denials: nobodys(&loaded, &store, &screening),
            store,
            tenants,
            loaded,
        };
        Ok((household, locks, first))
    }

    /// The same of `loaded`, with what has changed for each tenant.
    ///
    /// # Errors
    /// What cannot be used, and whose it is where there are several.
    pub(super) fn changed_to(
        &self,
        loaded: Loaded,
        imprint: Imprint,
        changed: &Changed,
    ) -> Result<(Self, Vec<Changed>), (Option<String>, WireError)> {
        let mut tenants = Vec::new();
        let mut changes = Vec::new();
        for (before, one) in self.tenants.iter().zip(loaded.each()) {
            let name = whose(&loaded, one);
            let changed = before.changed_to(one.clone());
            let (parts, changed) = changed.map_err(|error| (name, error))?;
            tenants.push(parts);
            changes.push(changed);
        }
        let denials = match changed.finds_otherwise() {
            true => {
                let screening = wire::screening(&loaded.settings);
                let screening = screening.map_err(|error| (None, error))?;
                nobodys(&loaded, &self.store, &screening)
            }
            false => self.denials.clone(),
        };
        let household = Self {
            imprint,
            store: self.store.clone(),
            access: self.access.clone(),
            admin: self.admin.clone(),
            denials,
            tenants,
            loaded,
        };
        Ok((household, changes))
    }

    /// Their use cases.
    pub(super) fn served(&self) -> Result<Served, WireError> {
        let shown = self.loaded.show();
        let services = self.tenants.iter();
        let services = services.map(|parts| parts.services(&self.access, &self.admin, &shown));
        let mut services: Vec<_> = services.collect::<Result<_, _>>()?;
        let first = services.remove(0);
        Ok(match &self.denials {
            None => first.into(),
            Some(denials) => {
                let house = House {
                    denials: denials.clone(),
                    trail: Arc::new(self.store.clone()),
                };
                Served::several(first, services, house)
            }
        })
    }

    /// Puts on record who was denied and has only been counted.
    pub(super) async fn flush(&self) -> Result<(), StoreError> {
        let of_tenants = self.tenants.iter().map(|parts| &parts.denials);
        for denials in of_tenants.chain(&self.denials) {
            denials.flush().await?;
        }
        Ok(())
    }

    /// Closes every store.
    pub(super) async fn close(self) {
        for parts in &self.tenants {
            parts.store.close().await;
        }
        if self.denials.is_some() {
            self.store.close().await;
        }
    }
}

/// Whose settings `one` are, where there are several.
pub(super) fn whose(loaded: &Loaded, one: &Loaded) -> Option<String> {
    (!loaded.tenants.is_empty()).then(|| one.settings.tenant.clone())
}

fn nobodys(loaded: &Loaded, store: &SqliteStore, screening: &Screening) -> Option<DenialService> {
    let several = !loaded.tenants.is_empty();
    several.then(|| wire::denials(&loaded.settings, store, screening))
}

fn of(loaded: &Loaded, one: &Loaded, error: WireError) -> Failure {
    under(loaded, &one.settings.tenant, error)
}

fn under(loaded: &Loaded, tenant: &str, error: WireError) -> Failure {
    let failure = Failure::from(error);
    match loaded.tenants.is_empty() {
        true => failure,
        false => failure.under(&format!("tenant {tenant}")),
    }
}
