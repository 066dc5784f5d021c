//! The use cases, tested over fakes and mocks of their ports.

mod adoption;
mod assist;
mod breaker;
mod events;
mod export;
mod fallback;
mod fetch_walk;
mod harness;
mod mocked_ports;
mod pauses;
mod personal_data;
mod second_try;
mod settings;
mod sharing;
mod stale;
mod switch;
mod watch;
