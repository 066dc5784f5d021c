//! What every implementation of a port must do, as tests to run against one's own.
//!
//! ```
//! mod conformance {
//!     use agent_assist_testkit::{cache_conformance, memory::MemoryCache};
//!     cache_conformance!((MemoryCache::default(), ()));
//! }
//! ```
//!
//! The expression is evaluated anew for every case, in an async context; it gives the port, empty,
//! and whatever must live as long as it (a temporary directory, a container; `()` for nothing).
//! Stores that promise durability add `reopen: |place| ..`, which opens the same place once more.
//! Each case becomes one `#[test]` with a runtime of its own; each is also a plain async function
//! here, for those who bring their own harness.
//!
//! The suites check every sentence of a port's contract that can be seen from outside. They hold
//! a cache to keeping a handful of entries for the length of a test, though it may lose them.

pub mod api_keys;
pub mod audit;
pub mod cache;
pub mod holds;
pub mod keys;
pub mod ledger;
pub mod outbox;
pub mod persons;
pub mod reporter;
pub mod source;
pub mod switch;

use agent_assist_domain::time::Timestamp;

/// Runs one case to its end.
///
/// # Panics
/// If the case does, or if no runtime can be built.
pub fn run(case: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(case);
}

/// One test for each case of a suite.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_cases {
    ($suite:ident, $fresh:expr, [$($case:ident),* $(,)?]) => {$(
        #[test]
        fn $case() {
            $crate::conformance::run(async {
                let (port, _place) = $fresh;
                $crate::conformance::$suite::$case(&port).await;
            });
        }
    )*};
}

/// One test for each case that opens a store again.
#[doc(hidden)]
#[macro_export]
macro_rules! __reopening_cases {
    ($suite:ident, $fresh:expr, |$place:ident| $reopen:expr, [$($case:ident),* $(,)?]) => {$(
        #[test]
        fn $case() {
            $crate::conformance::run(async {
                let (port, place) = $fresh;
                let $place = &place;
                $crate::conformance::$suite::$case(port, async || $reopen).await;
            });
        }
    )*};
}

/// `seconds` after a fixed point in time.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(crate::ManualClock::START.as_micros() + seconds * 1_000_000)
}
