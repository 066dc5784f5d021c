//! Genesys Cloud, emulated: an upstream over real HTTP that can fail on purpose.
//!
//! Owns a small organisation (knowledge bases made from real agent guidelines, conversations from
//! recorded support chats, one OAuth client) and serves it as the platform does: tokens, both
//! dialects of agent assistance, engagements, error bodies, correlation ids and rate limits. On top
//! come a journal of the requests seen and [faults on demand](FaultRule).
//!
//! Invariant: the same [seed](SandboxConfig::seed) and the same requests give the same answers. Ids
//! are stable across runs. Statistics alone go by the wall clock: they are asked for times.
//!
//! It holds no real person's data and is no substitute for an organisation: permissions, divisions
//! and scopes are not emulated, and production code must not depend on this crate.
//!
//! | route | what |
//! |---|---|
//! | `POST /oauth/token` | a token by client credentials, Basic or in the form |
//! | `GET /api/v2/agentassist/recommendations` | ranked recommendations |
//! | `GET /api/v2/conversations/{id}/suggestions` | suggestions, by cursor |
//! | `GET .../suggestions/{suggestionId}` | one of them |
//! | `POST .../suggestions/{suggestionId}/engagement` | what the agent did with it |
//! | `GET /api/v2/tokens/me` | whose token this is |
//! | `GET /api/v2/knowledge/knowledgebases/{id}` | a knowledge base |
//! | `GET /api/v2/organizations/limits/namespaces/platform.api` | the limits |
//! | `POST /api/v2/analytics/agentcopilots/aggregates/query` | how many were served and engaged with |
//! | `GET /sandbox/journal` | the requests seen |
//! | `GET`, `POST`, `DELETE /sandbox/faults` | fault rules: read, add (text, one a line), clear |
//! | `POST /sandbox/tokens/expire` | ends every token issued so far |
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use agent_assist_sandbox::{Sandbox, SandboxConfig};
//!
//! let sandbox = Sandbox::start(SandboxConfig::default()).await?;
//! sandbox.add_fault("recommendations:status=503,times=2".parse()?);
//! let first = &sandbox.ready().conversations[0];
//! println!("{} at {}", first.title, sandbox.base_url());
//! sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod api;
mod assist;
mod config;
mod connection;
mod conversation;
mod fault;
mod hostile;
mod ids;
mod journal;
mod knowledge;
mod ready;
mod sandbox;
mod token;
mod usage;
mod world;

pub use self::config::SandboxConfig;
pub use self::fault::{FaultRule, FaultRuleError};
pub use self::hostile::HostileBody;
pub use self::journal::JournalEntry;
pub use self::ready::{ConversationRef, Ready};
pub use self::sandbox::{Sandbox, SandboxError};
