//! Who gives an order.

use std::collections::BTreeMap;

use agent_assist_domain::payload::is_identifier;

/// Where systems keep the name of whoever is logged in.
const USER_VARIABLES: [&str; 2] = ["USER", "USERNAME"];

/// Whoever is logged in, if that is a plain name.
pub(super) fn user(environment: &BTreeMap<String, String>) -> Option<String> {
    USER_VARIABLES
        .into_iter()
        .filter_map(|name| environment.get(name))
        .find(|user| is_identifier(user))
        .cloned()
}
