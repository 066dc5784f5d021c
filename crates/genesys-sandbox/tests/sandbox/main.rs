//! The sandbox end to end, over HTTP on a loopback port.

mod client;
mod faults;
mod platform;
mod recommendations;
mod search;
mod suggestions;
