//! `agent-assist engage`: what became of recommendations, one at a time or a stream of lines.

use std::io::{self, BufRead as _, Read as _};
use std::path::Path;

use agent_assist_app::engage::{Answers, EngageError, EngageService, Engaged};
use agent_assist_app::engagement_json;
use agent_assist_app::events::Bell;
use agent_assist_app::settings::Settings;
use agent_assist_app::wire;
use agent_assist_domain::payload::{RawEngagement, RawEngagements, RawField};
use serde::Serialize;

use crate::args::{EngageArgs, Global};
use crate::delivery::Delivery;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::render::{clean, count};
use crate::{progress, session};

/// Longest line read, in bytes.
const MAX_LINE: u64 = 64 * 1024;

pub(super) async fn run(
    global: &Global,
    args: EngageArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    if let Some(path) = &args.batch {
        return batch(&loaded.settings, path, printer).await;
    }
    let raw = RawEngagements {
        conversation_id: RawField::text(args.conversation),
        session_id: RawField::text(args.session),
        agent_id: RawField::text(args.agent),
        events: vec![RawEngagement {
            recommendation_id: RawField::text(args.recommendation),
            kind: RawField::text(args.kind),
            event_id: RawField::text(args.event_id),
            at: args.at,
            misfits: Vec::new(),
        }],
        misfits: Vec::new(),
    };
    let engaged = only(record(&loaded.settings, raw, printer).await?)?;
    match printer.format() {
        Format::Table => printer.data(&line(&engaged)),
        _ => printer.json(&engaged),
    }
    Ok(Exit::Ok)
}

/// Records one call's events, and lets the sinks hear of them.
pub(super) async fn record(
    settings: &Settings,
    raw: RawEngagements,
    printer: &Printer,
) -> Result<Answers, Failure> {
    let store = wire::open_store(settings).await?;
    let recording = async {
        let service = wire::engage(settings, &store, Vec::new())?;
        Ok::<_, Failure>(service.engage(raw).await?)
    };
    let answers = progress::during(printer, "recording", recording).await;
    let delivery = Delivery::new(settings, &store, Bell::default(), None, printer);
    delivery.finish(printer).await;
    store.close().await;
    answers
}

/// What came of the only event.
pub(super) fn only(answers: Answers) -> Result<Engaged, Failure> {
    let mut answers = answers.into_iter();
    match answers.next() {
        Some(answer) => Ok(answer?),
        None => Err(Failure::usage("there was no event to record")),
    }
}

/// Records the lines of `path`, and answers each.
async fn batch(settings: &Settings, path: &Path, printer: &Printer) -> Result<Exit, Failure> {
    let input: Box<dyn io::Read> = match path == Path::new("-") {
        true => Box::new(io::stdin()),
        false => Box::new(std::fs::File::open(path).map_err(|error| unreadable(path, &error))?),
    };
    let mut input = io::BufReader::new(input);
    let store = wire::open_store(settings).await?;
    let service = wire::engage(settings, &store, Vec::new())?;
    let mut lines = Lines::new(&service, printer);
    let ended = loop {
        let mut text = Vec::new();
        match input
            .by_ref()
            .take(MAX_LINE + 1)
            .read_until(b'\n', &mut text)
        {
            Ok(0) => break lines.send().await,
            Ok(_) if text.len() as u64 > MAX_LINE => {
                lines.send().await?;
                break Err(Failure::usage(format!(
                    "line {} is too long",
                    lines.read + 1
                )));
            }
            Ok(_) => {
                if let Err(failure) = lines.take(&text).await {
                    break Err(failure);
                }
            }
            Err(error) => break Err(unreadable(path, &error)),
        }
    };
    let delivery = Delivery::new(settings, &store, Bell::default(), None, printer);
    delivery.finish(printer).await;
    store.close().await;
    ended?;
    lines.verdict()
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!(
        "events cannot be read from {}: {error}",
        path.display()
    ))
}

/// The lines of a batch on their way: neighbours of one conversation are told at once.
struct Lines<'a> {
    service: &'a EngageService,
    printer: &'a Printer,
    waiting: Option<RawEngagements>,
    read: u64,
    answered: u64,
    refused: u64,
}

/// An answer to a line.
#[derive(Serialize)]
struct Answered<'a> {
    line: u64,
    #[serde(flatten)]
    engaged: Option<&'a Engaged>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl<'a> Lines<'a> {
    fn new(service: &'a EngageService, printer: &'a Printer) -> Self {
        Self {
            service,
            printer,
            waiting: None,
            read: 0,
            answered: 0,
            refused: 0,
        }
    }

    /// Takes a line. A blank one says nothing, and still counts as a line.
    async fn take(&mut self, text: &[u8]) -> Result<(), Failure> {
        self.read += 1;
        if text.trim_ascii().is_empty() {
            self.send().await?;
            self.answered += 1;
            return Ok(());
        }
        let raw = match engagement_json::parse(text) {
            Ok(raw) => raw,
            Err(error) => {
                self.send().await?;
                self.answer(&Err(error.to_string()));
                return Ok(());
            }
        };
        let apart = match &mut self.waiting {
            None => Some(raw),
            Some(waiting) => engagement_json::join(waiting, raw),
        };
        if let Some(raw) = apart {
            self.send().await?;
            self.waiting = Some(raw);
        }
        Ok(())
    }

    /// Sends what waits.
    async fn send(&mut self) -> Result<(), Failure> {
        let Some(raw) = self.waiting.take() else {
            return Ok(());
        };
        let lines = raw.events.len();
        match self.service.engage(raw).await {
            Ok(answers) => {
                for answer in answers {
                    self.answer(&answer.map_err(|error| reason(&error)));
                }
            }
            Err(EngageError::Record(error)) => return Err(error.into()),
            Err(error) => {
                let refused = Err(reason(&error));
                (0..lines).for_each(|_| self.answer(&refused));
            }
        }
        Ok(())
    }

    fn answer(&mut self, answer: &Result<Engaged, String>) {
        self.answered += 1;
        self.refused += u64::from(answer.is_err());
        let number = self.answered;
        if self.printer.format() == Format::Table {
            let text = match answer {
                Ok(engaged) => line(engaged),
                Err(reason) => format!("refused: {}", clean(reason)),
            };
            self.printer.data(&format!("{number}: {text}"));
            return;
        }
        let answered = Answered {
            line: number,
            engaged: answer.as_ref().ok(),
            error: answer.as_ref().err().cloned(),
        };
        self.printer.json_line(&answered);
    }

    fn verdict(&self) -> Result<Exit, Failure> {
        if self.refused == 0 {
            return Ok(Exit::Ok);
        }
        let message = format!("{} of {} refused", self.refused, count(self.read, "line"));
        Err(Failure::usage(message).advise("each was answered; all others are recorded"))
    }
}

/// Why something was refused, with every rule that it breaks.
fn reason(error: &EngageError) -> String {
    match error {
        EngageError::Invalid(violations) => {
            let told: Vec<String> = violations.iter().map(ToString::to_string).collect();
            told.join("; ")
        }
        other => other.to_string(),
    }
}

fn line(engaged: &Engaged) -> String {
    format!(
        "{}: {} {} as event {}",
        match engaged.replay {
            true => "already recorded",
            false => "recorded",
        },
        clean(&engaged.recommendation_id),
        engaged.kind.replace('_', " "),
        clean(&engaged.event_id)
    )
}
