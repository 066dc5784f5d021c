//! `agent-assist adopt`: a recommendation was used. The short form of `engage --kind used`.

use agent_assist_app::engage::Engaged;
use agent_assist_domain::payload::{RawEngagement, RawEngagements, RawField};

use super::engage::{only, record};
use crate::args::{AdoptArgs, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::render::clean;
use crate::session;

pub(super) async fn run(
    global: &Global,
    args: AdoptArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    let raw = RawEngagements {
        conversation_id: RawField::text(args.conversation),
        session_id: RawField::text(args.session),
        agent_id: RawField::text(args.agent),
        events: vec![RawEngagement {
            recommendation_id: RawField::text(args.recommendation),
            kind: RawField::text(Some("used")),
            event_id: RawField::text(args.event_id),
            ..RawEngagement::default()
        }],
        misfits: Vec::new(),
    };
    let answers = record(&loaded.settings, raw, printer).await?;
    show(&only(answers)?, printer);
    Ok(Exit::Ok)
}

fn show(adoption: &Engaged, printer: &Printer) {
    if printer.format() == Format::Table {
        let word = if adoption.replay {
            "already recorded"
        } else {
            "recorded"
        };
        printer.data(&format!(
            "{word}: use of {} as event {}",
            clean(&adoption.recommendation_id),
            clean(&adoption.event_id)
        ));
    } else {
        printer.json(adoption);
    }
}
