//! The daemon over loopback, asked as its callers and its enemies would: a real store, a real upstream,
//! a client that says exactly what it is told to.

mod engagements;
mod house;
mod platform;
