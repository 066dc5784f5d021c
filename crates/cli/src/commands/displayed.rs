//! What this program has printed was on a screen.

use agent_assist_app::engage::EngageService;
use agent_assist_app::error::Chain;
use agent_assist_domain::answer::Answer;
use agent_assist_domain::payload::{RawEngagement, RawEngagements, RawField};

use crate::output::Printer;

/// Tells that `answer` was printed for `agent`. One that cannot be recorded costs nobody the answer,
/// which is out: it is said.
pub(super) async fn tell(
    service: &EngageService,
    answer: &Answer,
    agent: &RawField,
    printer: &Printer,
) {
    let items = answer.recommendations();
    if items.is_empty() || printer.lost_data() {
        return;
    }
    let event = |(number, id): (usize, &str)| RawEngagement {
        recommendation_id: RawField::text(Some(id)),
        kind: RawField::text(Some("displayed")),
        event_id: RawField::Text(format!("displayed/{}/{number}", answer.request_id())),
        ..RawEngagement::default()
    };
    let raw = RawEngagements {
        conversation_id: RawField::text(Some(answer.conversation_id())),
        session_id: RawField::text(Some(answer.session_id())),
        agent_id: agent.clone(),
        events: items
            .iter()
            .map(|item| item.id())
            .enumerate()
            .map(event)
            .collect(),
        misfits: Vec::new(),
    };
    let told = match service.engage(raw).await {
        Ok(answers) => answers.into_iter().find_map(Result::err),
        Err(error) => Some(error),
    };
    if let Some(error) = told {
        printer.note(&format!(
            "warning: that this was displayed is not on record: {}",
            Chain(&error)
        ));
    }
}
