//! Signed delivery of analytics events to a receiver of somebody's own, as the Standard Webhooks
//! specification (<https://www.standardwebhooks.com>) has it.
//!
//! [`WebhookSink`] makes one attempt at a time: it signs, sends, and says what came of it. When to try
//! again, in which order and for how long is decided by whoever calls it.
//!
//! - What is sent is told by its own headers: `webhook-id`, `webhook-timestamp`, and
//!   `webhook-signature` with one signature for each [secret](Secrets), so that a secret can be
//!   replaced without a gap.
//! - It goes to the URL that was set and nowhere else: no redirect is followed, no proxy asked.
//! - Whoever can set a URL must not reach what lies beside this program: [private, loopback and
//!   link-local addresses](guard) are refused where the connection is made, behind the resolution of
//!   names, so that a name cannot change its mind in between.
//! - Events and answers are bounded in size and time. No secret, path or event is in an error.

mod answer;
pub mod guard;
mod resolver;
mod secret;
mod signature;
mod sink;

pub use secret::{NoSecret, Secrets};
pub use signature::sign;
pub use sink::{NoWebhook, WebhookSink};
