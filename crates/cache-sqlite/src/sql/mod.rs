//! Every statement this crate sends, as constants, one file a table. The compiler refuses SQL that
//! is put together at run time; a test prepares each against the migrated schema.

pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod cache;
pub(crate) mod checkpoint;
pub(crate) mod conversation_keys;
pub(crate) mod engagement;
pub(crate) mod file;
pub(crate) mod holds;
pub(crate) mod intents;
pub(crate) mod outbox;
pub(crate) mod persons;
pub(crate) mod query;
pub(crate) mod retention;
pub(crate) mod switch;
pub(crate) mod tree;
pub(crate) mod verify;

#[cfg(test)]
mod tests;
