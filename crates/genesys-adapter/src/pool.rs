//! The tokens that the adapter asks with: one, or several of the same OAuth client, each renewed on
//! its own. Which of them a request takes is decided at the [`gate`](crate::limits::gate).

use std::sync::Arc;

use url::Url;

use crate::config::{Credentials, MAX_TOKEN_POOL};
use crate::retry::Exchange;
use crate::token::Tokens;

/// One slot for each token; never empty.
#[derive(Debug)]
pub(crate) struct TokenPool {
    first: Tokens,
    others: Vec<Tokens>,
}

impl TokenPool {
    /// So many tokens by `credentials`; one where they are a token themselves.
    pub(crate) fn new(
        login_base: &Url,
        credentials: &Credentials,
        size: u8,
        exchange: &Arc<Exchange>,
    ) -> Self {
        let others = match credentials {
            Credentials::AccessToken(_) => 0,
            Credentials::ClientCredentials { .. } => size.clamp(1, MAX_TOKEN_POOL) - 1,
        };
        let slot = || Tokens::new(login_base.clone(), credentials, Arc::clone(exchange));
        Self {
            first: slot(),
            others: std::iter::repeat_with(slot).take(others.into()).collect(),
        }
    }

    /// How many slots there are.
    pub(crate) fn size(&self) -> usize {
        1 + self.others.len()
    }

    /// The token that is always there.
    pub(crate) fn first(&self) -> &Tokens {
        &self.first
    }

    /// The token in `slot`.
    pub(crate) fn slot(&self, slot: usize) -> &Tokens {
        let other = slot.checked_sub(1).and_then(|at| self.others.get(at));
        other.unwrap_or(&self.first)
    }

    /// A slot other than `slot` whose token is at hand.
    pub(crate) fn at_hand_beside(&self, slot: usize) -> Option<usize> {
        (0..self.size()).find(|&other| other != slot && self.slot(other).is_at_hand())
    }
}
