//! `agent-assist audit query`: a question in SQL, which changes nothing.

use agent_assist_app::reading::Reading;
use agent_assist_app::wire::{Cell, Found, NoQuestion, Question, QuestionError};
use agent_assist_domain::audit::ReadCommand;
use serde_json::{Map, Value};

use super::access;
use crate::args::{Global, QueryArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::{progress, render, session};

pub(super) async fn run(
    global: &Global,
    args: QueryArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    let question = Question {
        sql: args.sql,
        rows: args.limit,
        time: args.timeout,
    };
    let store = session::open_to_read(&loaded.settings).await?;
    let asked = progress::during(printer, "asking the store", store.ask(&question)).await;
    store.close().await;
    let found = asked?;
    let reading = Reading {
        sql: Some(question.shape()),
        ..Reading::of(ReadCommand::Query)
    };
    let rows = found.rows.len();
    access::record(global, &loaded.settings, reading, rows, printer).await?;
    match printer.format() {
        Format::Table => printer.data(&render::rows(&found, printer)),
        Format::Json | Format::Ndjson => printer.json_list(&objects(&found)),
    }
    if found.more {
        printer.note(&format!(
            "warning: these are the first {} rows only; ask for more with --limit",
            args.limit
        ));
    }
    Ok(Exit::Ok)
}

/// Rows as objects. Of columns of one name the later ones are numbered.
fn objects(found: &Found) -> Vec<Map<String, Value>> {
    let mut names: Vec<String> = Vec::new();
    for column in &found.columns {
        let mut name = column.clone();
        let mut number = 2;
        while names.contains(&name) {
            name = format!("{column}_{number}");
            number += 1;
        }
        names.push(name);
    }
    let object = |row: &Vec<Cell>| names.iter().cloned().zip(row.iter().map(value)).collect();
    found.rows.iter().map(object).collect()
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => Value::from(*number),
        Cell::Real(number) => serde_json::Number::from_f64(*number)
            .map_or_else(|| Value::from(number.to_string()), Value::from),
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::Blob(bytes) => Value::from(hex::encode(bytes)),
    }
}

impl From<QuestionError> for Failure {
    fn from(error: QuestionError) -> Self {
        match error {
            QuestionError::Store(error) => error.into(),
            QuestionError::Refused(why) => {
                let failure = Self::usage(format!("the statement is refused: {why}"));
                match why {
                    NoQuestion::Secret => {
                        failure.advise("the views audit_... hold what an auditor needs")
                    }
                    _ => failure.advise(
                        "docs/AUDIT.md describes the views, docs/audit-queries.sql has examples",
                    ),
                }
            }
            QuestionError::TooSlow(_) => Self::usage(error.to_string())
                .advise("narrow it by seq or conversation_id, or give it longer with --timeout"),
            QuestionError::TooLarge => Self::usage(error.to_string())
                .advise("ask for fewer or shorter columns, or sum them up in SQL"),
            _ => Self::usage(error.to_string()).advise(
                "`agent-assist audit query \"SELECT name FROM sqlite_schema WHERE type = 'view'\"` \
                 lists the views",
            ),
        }
    }
}
