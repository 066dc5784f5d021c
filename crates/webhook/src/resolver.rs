//! Names to addresses, without those that a webhook must not lead to.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::guard;

/// A name, or an address given for one, leads to where no webhook may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("address not allowed")]
pub(crate) struct Refused;

/// Asks the system, and lets through what is allowed. The connection is made to what this gives, so
/// nobody can answer otherwise in between.
#[derive(Debug)]
pub(crate) struct GuardedResolver {
    pub(crate) allow_private: bool,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(allowed(found, allow_private)?)
        })
    }
}

fn allowed(found: impl Iterator<Item = SocketAddr>, allow_private: bool) -> Result<Addrs, Refused> {
    let allowed: Vec<SocketAddr> = found
        .filter(|address| guard::is_allowed(address.ip(), allow_private))
        .collect();
    match allowed.is_empty() {
        true => Err(Refused),
        false => Ok(Box::new(allowed.into_iter())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_names_addresses_the_allowed_ones_are_left() {
        let found = ["127.0.0.1:0", "1.1.1.1:0", "[::1]:0", "169.254.169.254:0"];
        let found = || {
            found
                .map(|address| address.parse().expect(address))
                .into_iter()
        };
        let left: Vec<SocketAddr> = allowed(found(), false).expect("one").collect();
        assert_eq!(left, ["1.1.1.1:0".parse().expect("an address")]);
        assert_eq!(allowed(found(), true).expect("all").count(), 4);
        assert_eq!(allowed(found().take(1), false).err(), Some(Refused));
    }
}
