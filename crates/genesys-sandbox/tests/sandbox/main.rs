//! The sandbox end to end, over HTTP on a loopback port.

mod aggregates;
mod client;
mod connection;
mod faults;
mod hostile;
mod platform;
mod raw;
mod recommendations;
mod search;
mod suggestions;
