//! The crate against other implementations, published facts, its own definitions and forgers.

mod files;
mod keys;
mod naive;
mod notes;
mod oracle;
mod properties;
mod published;
mod sizes;
mod tampering;
mod tiles;
