//! The program as its users meet it: a real binary, a real upstream on loopback, a home of its own
//! for every test. What it prints, what it leaves on disk and how it exits is all that counts here.

mod assist;
mod attacked;
#[path = "../../../cache-sqlite/tests/attacks/mod.rs"]
mod attacks;
mod auditors;
#[cfg(target_os = "linux")]
mod broken_disk;
mod canaries;
mod checkpoints;
#[cfg(unix)]
mod collector;
mod degraded;
mod doctor;
mod drain;
mod engage;
mod events;
mod evidence;
mod exit_codes;
mod forwarding;
mod harness;
mod http;
mod key_changes;
mod leaks;
#[cfg(unix)]
mod measured;
mod newcomer;
mod pages;
mod payload;
mod persons;
mod pii;
mod readings;
mod records;
mod reload;
mod retention;
mod sandbox_command;
mod schemathesis;
mod serve;
mod settings;
mod store_faults;
mod suggestions;
#[cfg(unix)]
mod systemd;
mod tenants;
#[cfg(unix)]
mod tracing;
mod vendor_sdk;
mod watch;

// The attacks open it by this name.
use agent_assist_app::wire::SqliteStore;
