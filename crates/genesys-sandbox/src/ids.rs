//! Ids that are the same in every run.
//!
//! Each object's id is a version 5 UUID of what the object is, under one namespace of the sandbox,
//! so that a cached answer, a bookmark or a test keeps its meaning across restarts.

use uuid::Uuid;

/// The sandbox's own namespace.
const NAMESPACE: Uuid = Uuid::from_u128(0x6a5e_2b0c_7d1f_5e3a_9c48_1f0b_6d2e_a401);

/// The id of the object that `kind` and `name` describe.
pub(crate) fn stable(kind: &str, name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{kind}:{name}").as_bytes())
}
