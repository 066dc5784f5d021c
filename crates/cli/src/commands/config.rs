//! `agent-assist config`: settings shown, checked, written.

use std::fs::OpenOptions;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;

use agent_assist_app::error::Chain;
use agent_assist_app::settings::{self, OwnContacts, Shown, Sources};
use agent_assist_http::check_tls;
use serde::Serialize;

use crate::args::{ConfigCommand, Global, OwnContactArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::{render, session};

/// One line of `config show` as JSON.
#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    value: Option<&'a str>,
    origin: &'a str,
}

pub(super) fn run(
    global: &Global,
    command: ConfigCommand,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let sources = session::sources(global);
    match command {
        ConfigCommand::Show => show(&sources, printer),
        ConfigCommand::Check => check(&sources, printer),
        ConfigCommand::Init { file, force, own } => {
            let standard = global
                .config
                .clone()
                .or_else(|| settings::settings_file(&sources.environment));
            let file = file.or(standard).ok_or_else(|| {
                Failure::usage("no home folder is known").advise("name a file: config init FILE")
            })?;
            init(&file, force, own, printer)
        }
    }
}

fn show(sources: &Sources, printer: &Printer) -> Result<Exit, Failure> {
    let lines: Vec<Shown> = session::load_all(sources, printer)?.show();
    if printer.format() == Format::Table {
        printer.data(&render::settings(&lines, printer));
    } else {
        let lines: Vec<Line<'_>> = lines
            .iter()
            .map(|line| Line {
                name: &line.name,
                value: line.value.as_deref(),
                origin: &line.origin,
            })
            .collect();
        printer.json_list(&lines);
    }
    Ok(Exit::Ok)
}

fn check(sources: &Sources, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = session::load_all(sources, printer)?;
    if let Some(tls) = &loaded.settings.serve.tls {
        check_tls(tls).map_err(|error| Failure::usage(Chain(&error).to_string()))?;
    }
    let read = match &sources.file {
        Some(file) => format!(
            "the settings are fine ({} and the environment)",
            file.display()
        ),
        None => "the settings are fine (the environment; there is no settings file)".to_owned(),
    };
    printer.note(&read);
    Ok(Exit::Ok)
}

fn init(file: &Path, force: bool, own: OwnContactArgs, printer: &Printer) -> Result<Exit, Failure> {
    let own = match own.into_contacts() {
        own if own == OwnContacts::default() && std::io::stdin().is_terminal() => ask(printer),
        own => own,
    };
    let unwritable = |error: std::io::Error| {
        let failure = Failure::usage(format!("{} cannot be written: {error}", file.display()));
        match error.kind() {
            std::io::ErrorKind::AlreadyExists => failure.advise("--force replaces it"),
            _ => failure,
        }
    };
    if let Some(folder) = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let mut options = OpenOptions::new();
    options
        .write(true)
        .create_new(!force)
        .create(force)
        .truncate(force);
    let mut opened = options.open(file).map_err(unwritable)?;
    opened
        .write_all(settings::template(&own).as_bytes())
        .map_err(unwritable)?;
    printer.note(&format!("written: {}", file.display()));
    Ok(Exit::Ok)
}

/// Asks whoever sits at the terminal for what is the organisation's own. An empty line is no answer,
/// and no harm: the file says where to add more.
fn ask(printer: &Printer) -> OwnContacts {
    printer.note(
        "Contacts of your own are not personal data and stay readable. Separate several by commas; \
         leave a line empty for none.",
    );
    let mut lines = std::io::stdin().lock().lines();
    let mut answer = |question: &str| -> Vec<String> {
        printer.note(question);
        let line = lines.next().and_then(Result::ok).unwrap_or_default();
        let entries = line.split(',').map(str::trim);
        let entries = entries.filter(|entry| !entry.is_empty());
        entries.map(str::to_owned).collect()
    };
    OwnContacts {
        phones: answer("Telephone numbers (+1 800 555 0199):"),
        emails: answer("Mailboxes (help@example.com):"),
        domains: answer("Domains of which every mailbox is yours (example.com):"),
        accounts: answer("Bank accounts and tax numbers:"),
    }
}
