//! The use cases, tested over fakes and mocks of their ports.

mod adoption;
mod assist;
mod fetch_walk;
mod harness;
mod mocked_ports;
mod settings;
mod sharing;
