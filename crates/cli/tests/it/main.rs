//! The program as its users meet it: a real binary, a real upstream on loopback, a home of its own
//! for every test. What it prints, what it leaves on disk and how it exits is all that counts here.

mod assist;
mod auditors;
#[cfg(target_os = "linux")]
mod broken_disk;
mod canaries;
mod degraded;
mod doctor;
mod engage;
mod events;
mod evidence;
mod exit_codes;
mod harness;
mod http;
mod leaks;
mod newcomer;
mod pages;
mod payload;
mod persons;
mod pii;
mod readings;
mod records;
mod retention;
mod sandbox_command;
mod serve;
mod settings;
mod store_faults;
mod suggestions;
mod vendor_sdk;
mod watch;
