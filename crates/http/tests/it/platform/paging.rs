//! Lists, and what is in them.

use std::collections::BTreeSet;

use agent_assist_genesys_wire::{Listing, Suggestion};

use super::Client;

#[tokio::test]
async fn suggestions_are_listed_page_by_page_and_read_one_by_one() {
    let client = Client::new().await;
    let whole = client.list("?pageSize=200").await;
    assert!(whole.entities.len() > 14, "several pages");
    assert_eq!(whole.next_uri, None);
    let (mut met, mut at) = (Vec::new(), client.path("?pageSize=7"));
    loop {
        let answer = client.get(&at).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.header("inin-correlation-id").is_some());
        let page: Listing<Suggestion> = serde_json::from_value(answer.json()).expect("a page");
        assert_eq!(page.self_uri.as_ref(), Some(&at));
        met.extend(page.entities);
        match page.next_uri {
            Some(next) => at = next,
            None => break,
        }
    }
    assert_eq!(met, whole.entities);
    let types: BTreeSet<String> = met
        .iter()
        .filter_map(|it| Some(it.kind.as_ref()?.to_string()))
        .collect();
    assert!(types.len() >= 6, "{types:?}");
    for suggestion in &met {
        let at = suggestion.self_uri.as_deref().expect("a place");
        let read: Suggestion = serde_json::from_value(client.get(at).await.json()).expect("one");
        assert_eq!(&read, suggestion);
        assert!(
            suggestion.context.is_none(),
            "what the customer said stays where it is"
        );
    }
    for kind in &types {
        let page = client.list(&format!("?pageSize=200&type={kind}")).await;
        let expected = met
            .iter()
            .filter(|it| it.kind.as_ref().is_some_and(|it| it.as_str() == kind));
        assert_eq!(
            page.entities.iter().collect::<Vec<_>>(),
            expected.collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn a_suggestion_has_what_the_upstream_said_of_it_but_personal_data() {
    let client = Client::new().await;
    let listing = client.list("?pageSize=200").await;
    let of = |kind: &str| {
        let found = listing.entities.iter();
        found
            .filter(|it| it.kind.as_ref().is_some_and(|it| it.as_str() == kind))
            .map(|it| serde_json::to_value(it).expect("JSON"))
            .next()
            .unwrap_or_else(|| panic!("no {kind}"))
    };
    let search = of("KnowledgeSearch");
    let search = &search["knowledgeSearch"];
    assert!(
        search["confidence"]
            .as_f64()
            .is_some_and(|it| it > 0.0 && it <= 1.0)
    );
    assert!(search["snippets"][0].is_string() && search["title"].is_string());
    let document = search["document"]["selfUri"].as_str().expect("a path");
    assert!(
        document.starts_with("/api/v2/knowledge/knowledgebases/"),
        "{document}"
    );
    assert!(of("CannedResponse")["cannedResponse"]["response"]["id"].is_string());
    let script = of("Script");
    assert!(
        script["script"]["data"]["callerName"].is_string(),
        "{script}"
    );
    assert!(of("ThirdPartySuggestion")["thirdPartySuggestion"]["text"].is_string());
    assert!(of("Faq")["faq"]["answer"].is_string());
    assert!(of("Article")["article"]["snippets"][0].is_string());
    for suggestion in &listing.entities {
        let created = suggestion.date_created.as_deref().expect("a date");
        assert_eq!(created.len(), "2026-05-04T09:15:27.412Z".len(), "{created}");
    }
}
