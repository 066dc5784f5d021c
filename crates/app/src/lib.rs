//! The shell around the domain: use cases that await ports in order, settings, wiring.
//!
//! [`fetch::FetchService`] is the main job; [`engage::EngageService`] records what became
//! of recommendations; [`report::ReportService`] counts; [`assist::AssistService`] switches it all off and on;
//! [`streams::StreamService`] tells conversations as they go;
//! [`access::AccessService`] says who asks over the network;
//! [`erase::EraseService`] makes sure that nobody can say any more whom records are about.
//! They work over ports and know no adapter; [`wire`] puts them together with the real ones.

pub mod access;
pub mod administration;
mod answers;
pub mod assist;
pub mod capacity;
mod carried;
pub mod checkpoints;
pub mod circuit_breaker;
pub mod clock;
#[doc(hidden)]
pub mod coalescing;
pub mod conversation;
pub mod conversation_keys;
pub mod daemon_lock;
pub mod days_to_full;
pub mod doctor;
pub mod egress;
pub mod engage;
pub mod engagement_json;
pub mod erase;
pub mod error;
pub mod events;
pub mod export;
pub mod fallbacks;
pub mod fetch;
pub mod holds;
mod hot_answers;
pub mod ids;
mod json_node;
mod json_texts;
pub mod key_file;
pub mod payload_json;
pub mod payload_query;
pub mod person_keys;
pub mod pseudonyms;
mod questions;
pub mod reading;
pub mod reconcile;
pub mod recorder;
pub mod report;
pub mod retention;
mod session_pauses;
pub mod settings;
mod shared_upstream;
mod shown_json;
pub mod sink;
pub mod streams;
pub mod subject_key;
mod switchboard;
pub mod tail;
mod told;
mod whole;
pub mod wire;
