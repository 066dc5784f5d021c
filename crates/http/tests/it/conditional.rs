//! Asking by GET, and asking again.

use agent_assist_domain::access::Role;

use crate::house::{House, bearer, request};

#[tokio::test]
async fn a_get_answers_what_a_post_does() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let posted = house.ask(&key, &house.payload()).await.json();
    let got = house.get(&house.target(), &key).await;
    assert_eq!(got.status, 200, "{got:?}");
    assert_eq!(got.json()["recommendations"], posted["recommendations"]);
    assert_eq!(got.header("cache-control"), Some("private, no-cache"));
    assert!(got.header("etag").expect("a tag").starts_with("W/\""));
}

#[tokio::test]
async fn an_answer_that_is_at_hand_is_not_sent_again() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let first = house.get(&house.target(), &key).await;
    let tag = first.header("etag").expect("a tag");
    let again = async |said: &str| {
        let head = format!("{}if-none-match: {said}\r\n", bearer(&key));
        request(house.address, "GET", &house.target(), &head, "").await
    };
    let strong = tag.trim_start_matches("W/");
    for said in [tag, strong, "*", &format!("\"x\", {tag}")] {
        let answer = again(said).await;
        assert_eq!(
            (answer.status, &*answer.body),
            (304, ""),
            "{said}: {answer:?}"
        );
        assert_eq!(answer.header("etag"), Some(tag));
    }
    for said in ["\"x\"", "W/\"\"", ""] {
        assert_eq!(again(said).await.status, 200, "{said}");
    }
    let other = house
        .target()
        .replace("session_id=s-1", "session_id=s-1&limit=1");
    let other = house.get(&other, &key).await;
    assert_ne!(other.header("etag"), Some(tag), "it shows something else");
}

#[tokio::test]
async fn mistakes_in_parameters_are_told_like_those_in_a_payload() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let target = format!("{}&limit=0&query=jo%40example.com", house.target());
    let answer = house.get(&target, &key).await;
    assert_eq!(
        (answer.status, &*answer.problem()),
        (422, "invalid-payload")
    );
    assert!(
        answer.body.contains("\"limit\"") && !answer.body.contains("jo@"),
        "{answer:?}"
    );
}
