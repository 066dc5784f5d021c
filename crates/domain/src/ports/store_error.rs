//! The error of the store ports.

use std::error::Error;
use std::fmt;

/// What the caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The store cannot be reached or is busy; nothing was changed. Trying again may help.
    Unavailable,
    /// No room left; nothing was changed. An operator must act.
    Full,
    /// The store must not be written to; nothing was changed. An operator must act.
    ReadOnly,
    /// What was read makes no sense. For a cache: forget it and fetch again.
    Corrupt,
    /// The store was written by a newer version of the program, or by another program.
    Incompatible,
    /// Writing failed in a way that leaves open what is on the disk. The store takes nothing any more;
    /// the process should end and say so.
    Poisoned,
    /// Anything else; whether something was changed is not known.
    Other,
}

impl StoreErrorKind {
    /// The name used in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Full => "full",
            Self::ReadOnly => "read_only",
            Self::Corrupt => "corrupt",
            Self::Incompatible => "incompatible",
            Self::Poisoned => "poisoned",
            Self::Other => "other",
        }
    }
}

/// A store port could not do its work. `Display` names the operation; the cause is the source.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    operation: &'static str,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl StoreError {
    /// `operation` ("append to the audit log") failed.
    pub fn new(kind: StoreErrorKind, operation: &'static str) -> Self {
        Self {
            kind,
            operation,
            cause: None,
        }
    }

    /// The same error with its cause.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// What the caller can do about it.
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.kind {
            StoreErrorKind::Unavailable => "the store is not available",
            StoreErrorKind::Full => "the store is full",
            StoreErrorKind::ReadOnly => "the store is read-only",
            StoreErrorKind::Corrupt => "stored content is corrupt",
            StoreErrorKind::Incompatible => "the store belongs to another version or program",
            StoreErrorKind::Poisoned => "writing failed, the store takes nothing any more",
            StoreErrorKind::Other => "the store failed",
        };
        write!(f, "cannot {}: {why}", self.operation)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.cause.as_deref() {
            Some(cause) => Some(cause),
            None => None,
        }
    }
}
