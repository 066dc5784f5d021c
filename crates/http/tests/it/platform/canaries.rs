//! Personal data that the upstream should have masked.

use std::collections::BTreeSet;

use agent_assist_genesys_wire::{Listing, Suggestion};

use super::{Client, Upstream};
use crate::stream::heard;

/// The canary: the upstream's own answer holds addresses and numbers of customers, and claims otherwise.
#[tokio::test]
async fn personal_data_of_the_upstreams_appears_in_nothing_that_is_served() {
    let client = Client::new().await;
    let upstream = Upstream::log_in(&client.house).await;
    let mut planted = 0;
    for conversation in &client.house.sandbox.ready().conversations {
        let path = format!(
            "/api/v2/conversations/{}/suggestions?pageSize=200",
            conversation.id
        );
        let raw = upstream.get(&path).await;
        let served = client.get(&path).await;
        if raw.status != 200 {
            assert_eq!(served.status, 404, "{served:?}");
            continue;
        }
        assert_eq!(served.status, 200, "{served:?}");
        let mut said = served.body.clone();
        said += &heard(&client.house, &conversation.id, &client.token).await;
        let listing: Listing<Suggestion> = serde_json::from_value(served.json()).expect("a page");
        for suggestion in &listing.entities {
            let one = client
                .get(suggestion.self_uri.as_deref().expect("a place"))
                .await;
            said += &one.body;
        }
        for canary in personal(&raw.body) {
            assert!(!said.contains(&canary), "{canary}");
            planted += 1;
        }
    }
    assert!(planted >= 4, "{planted} canaries are few");
}

/// Mail addresses and telephone numbers in `text`.
fn personal(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| c.is_whitespace() || "\"\\,;:()<>".contains(c));
    let mails = words
        .filter(|word| word.contains('@'))
        .map(|word| word.trim_matches('.'));
    let mut found: BTreeSet<String> = mails.map(str::to_owned).collect();
    for (at, _) in text.match_indices('+') {
        let number = text[at..].find(|c: char| !matches!(c, '+' | '-' | ' ' | '0'..='9'));
        let number = text[at..at + number.unwrap_or(0)].trim_end();
        if number.bytes().filter(u8::is_ascii_digit).count() >= 8 {
            found.insert(number.to_owned());
        }
    }
    found
}
