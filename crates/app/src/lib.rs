//! The shell around the domain: use cases that await ports in order, settings, wiring.
//!
//! [`fetch::FetchService`] is the main job; [`adopt::AdoptService`] records that a recommendation
//! was used; [`report::ReportService`] counts; [`assist::AssistService`] switches it all off and on.
//! They work over ports and know no adapter; [`wire`] puts them together with the real ones.

pub mod adopt;
mod answers;
pub mod assist;
pub mod capacity;
pub mod circuit_breaker;
pub mod clock;
pub mod conversation_keys;
pub mod doctor;
pub mod egress;
pub mod error;
pub mod events;
pub mod export;
pub mod fallbacks;
pub mod fetch;
mod hot_answers;
pub mod ids;
pub mod payload_json;
mod questions;
pub mod recorder;
pub mod report;
mod session_pauses;
pub mod settings;
mod shared_upstream;
pub mod sink;
pub mod subject_key;
mod switchboard;
pub mod wire;
