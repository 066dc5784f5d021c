//! What became of suggestions.

use serde_json::json;

use super::{Client, is_error};

#[tokio::test]
async fn an_engagement_is_recorded_and_changes_the_state_that_is_told() {
    let client = Client::new().await;
    let listing = client.list("?pageSize=200&state=Suggested").await;
    let fresh: Vec<String> = listing
        .entities
        .into_iter()
        .filter_map(|it| it.id)
        .collect();
    for (id, body, state) in [
        (&fresh[0], json!({"engagementType": "Copied"}), "Accepted"),
        (&fresh[1], json!({"engagementType": "Opened"}), "Accepted"),
        (
            &fresh[2],
            json!({"engagementType": "Dismissed"}),
            "Dismissed",
        ),
        (
            &fresh[3],
            json!({"engagementType": "Feedback", "feedback": {"rating": "Negative"}}),
            "Rated",
        ),
    ] {
        let answer = client.engage(id, &body).await;
        assert_eq!((answer.status, answer.json()), (200, body), "{answer:?}");
        assert_eq!(client.state(id).await, state);
    }
    let dismissed = client.list("?state=Dismissed").await;
    let ids: Vec<&str> = dismissed
        .entities
        .iter()
        .filter_map(|it| it.id.as_deref())
        .collect();
    assert_eq!(ids, [&fresh[2]]);
    let left = client.list("?pageSize=200&state=Suggested").await;
    assert_eq!(left.entities.len(), fresh.len() - 4);
    assert_eq!(
        client.state(&fresh[4]).await,
        "Suggested",
        "listed is not displayed"
    );
}

#[tokio::test]
async fn an_engagement_that_breaks_rules_or_has_nothing_to_be_of_is_refused() {
    let client = Client::new().await;
    let listing = client.list("").await;
    let id = listing.entities[0].id.clone().expect("an id");
    for (body, field) in [
        (json!({"engagementType": "Liked"}), Some("engagementType")),
        (
            json!({"engagementType": "Feedback"}),
            Some("feedback.rating"),
        ),
        (
            json!({"engagementType": "Feedback", "feedback": {"rating": "Good"}}),
            Some("feedback.rating"),
        ),
        (json!({}), None),
    ] {
        let error = is_error(&client.engage(&id, &body).await, 400, "bad.request");
        let details = error.details.unwrap_or_default();
        let named = details
            .first()
            .and_then(|detail| detail.field_name.as_deref());
        assert_eq!(named, field, "{body}");
    }
    let copied = json!({"engagementType": "Copied"});
    is_error(&client.engage("made-up", &copied).await, 404, "not.found");
}
