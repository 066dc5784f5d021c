//! The first thing an agent does about an intent.

use std::collections::HashMap;

const ACTIONS: &str = include_str!("../../data/abcd/kb.json");

/// The first action of each intent, by intent.
pub(super) fn first_actions() -> Result<HashMap<String, String>, serde_json::Error> {
    let actions: HashMap<String, Vec<String>> = serde_json::from_str(ACTIONS)?;
    let first = |actions: Vec<String>| actions.into_iter().next();
    Ok(actions
        .into_iter()
        .filter_map(|(intent, actions)| Some((intent, first(actions)?)))
        .collect())
}
