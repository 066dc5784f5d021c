//! The daemon's HTTP surface: an inbound adapter over the use cases of `agent-assist-app`.
//!
//! [`Daemon::bind`] takes the [`Services`] and listens; [`Daemon::run`] serves until it is told to end.
//! [`Succession`] changes what it serves while it runs. Two listeners: what callers ask (`/v1`, and the platform's own way in `platform`), and what operators see (health, metrics, switches), which
//! lies on the loopback address by default.
//!
//! A request passes `request_id`, then `protect` (which host, which web page, how large), then `auth`
//! (whose key, which role, how often), and then asks a use case in `api` or `admin`. Whatever stops it on
//! its way answers a [`Problem`]. Nothing here decides about recommendations, and no adapter is known.

mod admin;
mod api;
mod auth;
mod daemon;
mod live;
mod metrics;
mod pieces;
mod platform;
mod problem;
mod protect;
mod reload;
mod request_id;
mod router;
mod server;
mod state;
mod tenants;
mod tls;
mod trace;

pub use api::openapi::document;
pub use daemon::{BindError, Config, Daemon, Ended, Signals, Sockets};
pub use metrics::{LATENCY_BOUNDS, install as install_metrics};
pub use problem::{FieldError, Kind, Problem, ProblemBody};
pub use reload::{Refusal, ReloadOrder, Reloaded, Succession, Successor};
pub use request_id::{RequestId, X_REQUEST_ID};
pub use state::{Asking, Level, LogLevel, Services, Shared};
pub use tenants::{House, Served, TENANT};
pub use tls::{TlsError, check as check_tls};
