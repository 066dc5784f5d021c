//! `agent-assist doctor`: why does it not work?

use agent_assist_app::doctor::{self, Check, Complaint, Status};

use crate::args::{DoctorArgs, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::{progress, render, session};

pub(super) async fn run(
    global: &Global,
    args: DoctorArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let mut sources = session::sources(global);
    let sandbox = match args.sandbox {
        true => Some(session::start_sandbox(&mut sources).await?),
        false => None,
    };
    // Mistakes are among what is found.
    if let Ok(loaded) = sources.load() {
        session::must_be_one(&loaded)?;
    }
    let mut complaint = Complaint {
        conversation_id: args.conversation,
        session_id: args.session,
        knowledge_sources: args.knowledge_sources,
        agents: args.agents,
    };
    if let Some(sandbox) = &sandbox {
        let ready = sandbox.ready();
        if complaint.knowledge_sources.is_empty() {
            complaint
                .knowledge_sources
                .clone_from(&ready.knowledge_sources);
        }
        let first = ready.conversations.first().map(|first| first.id.clone());
        complaint.conversation_id = complaint.conversation_id.or(first);
    }
    let examination = doctor::examine(&sources, &complaint);
    let checks = progress::during(printer, "examining", examination).await;
    if let Some(sandbox) = sandbox {
        sandbox.shutdown().await;
    }
    show(&checks, printer);
    let failed = checks.iter().any(|check| check.status == Status::Failed);
    Ok(if failed { Exit::Doctor } else { Exit::Ok })
}

fn show(checks: &[Check], printer: &Printer) {
    if printer.format() == Format::Table {
        printer.data(&render::checks(checks, printer));
    } else {
        printer.json_list(checks);
    }
}
