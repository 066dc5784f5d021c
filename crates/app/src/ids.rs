//! Identifiers of requests and events, injected so that tests can foresee them.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

/// Makes identifiers, unique for ever. Cheap to clone.
#[derive(Clone)]
pub struct Ids(Arc<dyn Fn() -> String + Send + Sync>);

impl Ids {
    /// Identifiers from `make`.
    pub fn new(make: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    /// UUIDs of version 7: unique without a registry, and sorted by time in a log.
    pub fn time_ordered() -> Self {
        Self::new(|| Uuid::now_v7().to_string())
    }

    /// The next identifier.
    pub fn next(&self) -> String {
        (self.0)()
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids(..)")
    }
}
