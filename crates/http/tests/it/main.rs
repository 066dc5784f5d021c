//! The daemon over loopback, asked as its callers and its enemies would: a real store, a real upstream,
//! a client that says exactly what it is told to.

mod access;
mod conditional;
mod document;
mod encrypted;
mod end;
mod engagements;
mod hostile;
mod house;
mod operating;
mod platform;
mod recommendations;
mod records;
mod reload;
mod stream;
mod tenants;
