//! The use cases, tested over fakes and mocks of their ports.

mod adoption;
mod assist;
mod breaker;
mod conversation;
mod events;
mod export;
mod fallback;
mod fetch_walk;
mod harness;
mod metrics;
mod mocked_ports;
mod outcomes;
mod pauses;
mod personal_data;
mod persons;
mod reading;
mod repeats;
mod report;
mod retention;
mod second_try;
mod settings;
mod sharing;
mod stale;
mod switch;
mod tail;
mod watch;
