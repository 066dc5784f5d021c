//! Answers that are less than they should be.

use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::ports::AssistSwitch as _;
use agent_assist_domain::time::Timestamp;
use agent_assist_sandbox::FaultRule;
use agent_assist_testkit::build::switch_off;
use serde_json::json;

use super::{Client, is_error};

#[tokio::test]
async fn an_answer_that_is_less_says_so_and_where_there_is_none_the_list_is_not_empty() {
    let client = Client::new().await;
    let fault = |rule: &str| rule.parse::<FaultRule>().expect("a rule");
    client
        .house
        .sandbox
        .add_fault(fault("suggestions:status=503"));
    let answer = client.get(&client.path("")).await;
    let error = is_error(&answer, 503, "service.unavailable");
    assert_eq!(
        answer.header("agent-assist-degraded"),
        Some("upstream_error"),
        "{error:?}"
    );
    client.house.sandbox.clear_faults();
}

#[tokio::test]
async fn switched_off_is_nothing_to_show_and_says_why() {
    let client = Client::new().await;
    let off = switch_off(SwitchScope::Everything, Timestamp::default(), None);
    client
        .house
        .store
        .set("default", &off)
        .await
        .expect("switched");
    let answer = client.get(&client.path("")).await;
    assert_eq!(
        (answer.status, &answer.json()["entities"]),
        (200, &json!([]))
    );
    assert_eq!(answer.header("agent-assist-degraded"), Some("assist_off"));
}
