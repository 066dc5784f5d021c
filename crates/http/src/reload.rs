//! Settings read anew while the daemon runs.
//!
//! Who orders it asks by [`ReloadOrder`]; who started the daemon reads, checks and builds, since only
//! there the parts are known. What has been built whole takes the place of what there was
//! ([`Succession::install`]), or nothing changes and everybody can see why ([`Succession::refuse`]).

use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use agent_assist_app::settings::{Mistakes, ServeSettings};
use agent_assist_domain::time::Timestamp;
use metrics::{counter, gauge};
use tokio::sync::{mpsc, oneshot};

use crate::auth::Rates;
use crate::live::{Face, Live};
use crate::problem::{FieldError, Kind, Problem};
use crate::protect::host::Hosts;
use crate::protect::origin::Origins;
use crate::router::{self, Protection};
use crate::state::Shared;
use crate::tenants::{Everybody, Served};
use crate::tls::{self, TlsError};

/// Why settings are not taken on; never empty.
#[derive(Clone, Debug)]
pub struct Refusal(Vec<FieldError>);

impl Refusal {
    /// One reason: what `setting` should be, or should not.
    pub fn new(setting: impl Into<String>, message: impl Into<String>) -> Self {
        Self(vec![FieldError {
            field: setting.into(),
            rule: "setting",
            message: message.into(),
        }])
    }

    /// The settings break rules by themselves.
    pub fn mistaken(mistakes: &Mistakes) -> Self {
        Self::all(mistakes, "setting")
    }

    /// The settings are fine for a daemon that starts, and too late for one that runs.
    pub fn too_late(mistakes: &Mistakes) -> Self {
        Self::all(mistakes, "restart")
    }

    fn all(mistakes: &Mistakes, rule: &'static str) -> Self {
        let errors = mistakes.0.iter().map(|mistake| FieldError {
            field: mistake.key.clone(),
            rule,
            message: format!("expected {} (from {})", mistake.expected, mistake.origin),
        });
        Self(errors.collect())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, error) in self.0.iter().enumerate() {
            let joint = if position == 0 { "" } else { "; " };
            write!(f, "{joint}{}: {}", error.field, error.message)?;
        }
        Ok(())
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = "nothing has changed; correct the settings and order it again";
        Self::new(Kind::SettingsRefused, detail).with_errors(refusal.0)
    }
}

/// What came of an order: the names of settings that have changed.
pub type Reloaded = Result<BTreeSet<String>, Refusal>;

/// An order of an operator's to read the settings anew.
#[derive(Debug)]
pub struct ReloadOrder {
    /// The key it was given with.
    pub key_id: String,
    /// The request that it was given in.
    pub request_id: String,
    answer: oneshot::Sender<Reloaded>,
}

impl ReloadOrder {
    /// Says what came of it.
    pub fn answer(self, reloaded: Reloaded) {
        // Who ordered it may have left.
        let _ = self.answer.send(reloaded);
    }
}

/// What is known of readings, for as long as the daemon runs.
#[derive(Debug)]
pub(crate) struct Reloads {
    orders: Mutex<Option<mpsc::Sender<ReloadOrder>>>,
    last: Mutex<Last>,
}

/// How the last readings went.
#[derive(Clone, Debug)]
pub(crate) struct Last {
    /// When the settings that hold were taken on.
    pub(crate) loaded_at: Timestamp,
    /// Why those that were read after that were not.
    pub(crate) refusal: Option<Refusal>,
}

impl Reloads {
    /// The first reading went well, at this time.
    pub(crate) fn new(loaded_at: Timestamp) -> Self {
        show_time(loaded_at);
        Self {
            orders: Mutex::default(),
            last: Mutex::new(Last {
                loaded_at,
                refusal: None,
            }),
        }
    }

    /// Has the settings read anew in the name of `key_id`; `None` where nobody does that.
    pub(crate) async fn order(&self, key_id: String, request_id: String) -> Option<Reloaded> {
        let orders = lock(&self.orders).clone()?;
        let (answer, answered) = oneshot::channel();
        let order = ReloadOrder {
            key_id,
            request_id,
            answer,
        };
        orders.send(order).await.ok()?;
        answered.await.ok()
    }

    pub(crate) fn last(&self) -> Last {
        lock(&self.last).clone()
    }
}

/// Where the daemon listens, whatever the settings say by now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Addresses {
    pub(crate) api: SocketAddr,
    pub(crate) admin: SocketAddr,
}

/// Gives a daemon other settings while it runs.
#[derive(Clone, Debug)]
pub struct Succession {
    shared: Shared,
    at: Addresses,
    api: Live,
    admin: Live,
    rates: Rates,
    admin_rates: Rates,
}

/// What is ready to take the place of what there is.
pub struct Successor {
    api: Face,
    admin: Face,
    rates: Rates,
    loaded_at: Timestamp,
}

impl fmt::Debug for Successor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Successor").finish_non_exhaustive()
    }
}

impl Succession {
    /// What serves `everybody` at first, as `settings` say, and what takes its place later.
    pub(crate) fn begin(
        everybody: &Everybody,
        settings: &ServeSettings,
        at: Addresses,
    ) -> Result<Self, TlsError> {
        let rates = Rates::per_minute(settings.requests_per_minute);
        let admin_rates = Rates::per_minute(router::ADMIN_REQUESTS_PER_MINUTE);
        let (api, admin) = faces(everybody, settings, at, &rates, &admin_rates)?;
        Ok(Self {
            shared: everybody.first.clone(),
            at,
            api: Live::new(api),
            admin: Live::new(admin),
            rates,
            admin_rates,
        })
    }

    /// The face of the listener of callers, and of that of operators.
    pub(crate) fn lives(&self) -> (Live, Live) {
        (self.api.clone(), self.admin.clone())
    }

    /// Orders of operators, from now on.
    pub fn orders(&self) -> mpsc::Receiver<ReloadOrder> {
        let (sender, orders) = mpsc::channel(1);
        *lock(&self.shared.reloads().orders) = Some(sender);
        orders
    }

    /// Makes ready who is to be `served`; nothing changes yet.
    ///
    /// # Errors
    /// If encryption cannot be set up as `settings` say.
    pub fn prepare(
        &self,
        settings: &ServeSettings,
        served: impl Into<Served>,
    ) -> Result<Successor, TlsError> {
        let rates = self.rates.to_allow(settings.requests_per_minute);
        let everybody = served.into().shared(
            |first| self.shared.succeeded_by(first),
            Shared::succeeded_by,
        );
        let loaded_at = everybody.first.services().clock.now();
        let (api, admin) = faces(&everybody, settings, self.at, &rates, &self.admin_rates)?;
        Ok(Successor {
            api,
            admin,
            rates,
            loaded_at,
        })
    }

    /// From the next request on it is `successor` that answers. `changed` are the settings in which it
    /// differs, `by` says who ordered it.
    pub fn install(&mut self, successor: Successor, changed: &BTreeSet<String>, by: &str) {
        let Successor {
            api,
            admin,
            rates,
            loaded_at,
        } = successor;
        self.api.replace(api);
        self.admin.replace(admin);
        self.rates = rates;
        *lock(&self.shared.reloads().last) = Last {
            loaded_at,
            refusal: None,
        };
        show_time(loaded_at);
        count("loaded");
        tracing::info!(by, ?changed, "settings were read anew");
    }

    /// Takes note that what was read is not taken on.
    pub fn refuse(&self, refusal: &Refusal, by: &str) {
        lock(&self.shared.reloads().last).refusal = Some(refusal.clone());
        count("refused");
        tracing::error!(by, %refusal, "settings were read anew and refused; nothing has changed");
    }
}

fn faces(
    everybody: &Everybody,
    settings: &ServeSettings,
    at: Addresses,
    rates: &Rates,
    admin_rates: &Rates,
) -> Result<(Face, Face), TlsError> {
    let tls = settings.tls.as_ref().map(tls::acceptor).transpose()?;
    let protection = |at: SocketAddr| Protection {
        hosts: Hosts::new(at, &settings.allowed_hosts),
        origins: Origins::new(&settings.allowed_origins),
    };
    let api = Face {
        router: router::api(everybody, protection(at.api), rates),
        tls: tls.clone(),
    };
    let admin = Face {
        router: router::admin(everybody, protection(at.admin), admin_rates),
        tls,
    };
    Ok((api, admin))
}

fn count(result: &'static str) {
    counter!("agent_assist_config_reload_total", "result" => result).increment(1);
}

fn show_time(at: Timestamp) {
    gauge!("agent_assist_config_loaded_timestamp_seconds").set(at.as_millis() as f64 / 1e3);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
