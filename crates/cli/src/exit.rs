//! Exit codes: a contract with scripts.

use std::process::ExitCode;

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done; degraded answers included.
    Ok = 0,
    /// Something nobody foresaw; or a golden case of `pii test` came out otherwise than expected.
    Unexpected = 1,
    /// The command line, the settings or the payload are wrong.
    Usage = 2,
    /// The upstream does not accept the credentials, or they lack a right.
    Authentication = 3,
    /// The upstream limits the rate.
    RateLimited = 4,
    /// The upstream failed, was too slow, or gave nonsense.
    Upstream = 5,
    /// No record could be written, or the store failed.
    Store = 6,
    /// `doctor` found something.
    Doctor = 7,
    /// A write to the store failed and what is on the disk is not known: nothing may go on.
    Poisoned = 8,
    /// What was to be verified is not what was recorded.
    Altered = 10,
    /// The log ends earlier than it once did.
    Truncated = 11,
    /// The log is another than the one that was signed.
    Fork = 12,
    /// A signature is wrong, or not by the key.
    BadSignature = 13,
    /// Columns of the log say something else than its entries.
    Projection = 14,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
