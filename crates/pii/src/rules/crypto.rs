//! Addresses of crypto currencies. Their checksums are evidence enough.

use crate::{
    checks::crypto,
    context::{Context, Phrases, Topic},
    entity::Entity,
    rules::{Candidate, Found},
    view::View,
};

/// Characters of the shortest and the longest address.
const LENGTHS: std::ops::RangeInclusive<usize> = 25..=74;

pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::Crypto,
    phrases: "btc | bitcoin | bitcoins | eth | ether | ethereum | wallet | wallet address | \
        crypto | crypto wallet | crypto address | bitcoin address | ethereum address | \
        bitcoin wallet | usdt | usdc | erc",
}];

/// The addresses in `view`. Case matters in them, so the text is taken as written.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    let tokens = &view.tokens;
    for index in tokens.with_digits() {
        let token = tokens.get(index);
        if !LENGTHS.contains(&token.len()) || !token.starts_with(['1', '3', 'b', 'B', '0']) {
            continue;
        }
        let span = tokens.span(index..index + 1);
        if tokens.is_embedded(&span) || !crypto::address(token.as_bytes()) {
            continue;
        }
        let context = view.context(&span, Topic::Crypto.set());
        // Letters all in one case carry no checksum.
        let is_unchecked = token.starts_with('0');
        let percent = match context {
            Context::Reference(_) if is_unchecked => 60,
            Context::Labelled(_) | Context::Mentioned(_) | Context::Nearby(_) => 99,
            _ => 95,
        };
        found.push(Candidate::new(&Entity::Crypto, "crypto", span, percent).in_context(context));
    }
}
