//! `agent-assist audit rotate-key`: another key signs the log from now on.
//!
//! The new key waits in a file beside the old one until the change is on record and signed by both;
//! then its file takes the place of the other. A run that was cut off in between is taken up by the
//! next one.

use std::fs;
use std::path::{Path, PathBuf};

use agent_assist_app::checkpoints::{self, AuditKeyError};
use agent_assist_app::error::Chain;
use agent_assist_app::settings::Settings;
use agent_assist_app::wire;
use agent_assist_domain::audit::Seq;
use agent_assist_domain::payload::is_identifier;
use agent_assist_tlog::{HandOver, SigningKey};
use serde_json::json;

use super::{keygen, prove};
use crate::args::{Global, RotateKeyArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::session;

pub(super) async fn run(
    global: &Global,
    args: RotateKeyArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let by = args.by.or_else(|| session::user(&session::sources(global)));
    if by.as_ref().is_some_and(|by| !is_identifier(by)) {
        return Err(Failure::usage(
            "--by must have 1 to 128 characters, none of them a control character",
        ));
    }
    let settings = session::load_for_store(global, false, printer)?.settings;
    let Some(file) = &settings.checkpoints.key_file else {
        return Err(
            Failure::usage("there is no key to change: audit.key_file is not set")
                .advise("`agent-assist audit keygen` makes the first one"),
        );
    };
    let old = load(file)?;
    // Making no store by the way.
    session::open_to_read(&settings).await?.close().await;
    let waiting = waiting(file);
    let new = new_key(&waiting, old.name())?;
    let seq = hand_over(&settings, &old, &new, by).await?;
    replace(&waiting, file).map_err(|error| {
        Failure::new(
            Exit::Store,
            format!(
                "the change is on record, but {} cannot be replaced: {error}",
                file.display()
            ),
        )
        .advise(format!(
            "run this command again, or move {} there",
            waiting.display()
        ))
    })?;
    say(&old, &new, seq, printer);
    Ok(Exit::Ok)
}

fn load(file: &Path) -> Result<SigningKey, Failure> {
    let failed = |error: AuditKeyError| Failure::usage(Chain(&error).to_string());
    checkpoints::load_key(file).map_err(failed)
}

/// Where the new key waits for its turn.
fn waiting(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".next");
    path.into()
}

/// The key that a run before was cut off with, else a new one.
fn new_key(waiting: &Path, name: &str) -> Result<SigningKey, Failure> {
    if waiting.try_exists().unwrap_or(true) {
        return load(waiting);
    }
    let key = keygen::generate(name)?;
    keygen::write(waiting, &key).map_err(|error| {
        Failure::usage(format!("{} cannot be written: {error}", waiting.display()))
            .advise("the new key is made in the folder of audit.key_file")
    })?;
    Ok(key)
}

/// Puts the change on record and has both keys sign it; gives the position of the record.
async fn hand_over(
    settings: &Settings,
    old: &SigningKey,
    new: &SigningKey,
    by: Option<String>,
) -> Result<Seq, Failure> {
    let store = wire::open_store_to_hand_over(settings, new.clone()).await?;
    let service = wire::key_change(settings, &store);
    let recorded = service.record(&old.verifier(), &new.verifier(), by).await;
    store.close().await;
    let seq = recorded?;
    let store = session::open_to_read(settings).await?;
    let newest = prove::newest(&store, u64::MAX).await;
    store.close().await;
    let handed_over = HandOver::of(&prove::note(&newest?)?);
    if handed_over.is_none_or(|told| *told.new_key() != new.verifier()) {
        return Err(
            Failure::new(Exit::Store, "the change is on record, but not signed by both keys")
                .advise("another program signed first; end those that use the old key, and run this command again"),
        );
    }
    Ok(seq)
}

fn replace(waiting: &Path, file: &Path) -> std::io::Result<()> {
    fs::rename(waiting, file)?;
    keygen::synchronise_folder(file)
}

fn say(old: &SigningKey, new: &SigningKey, seq: Seq, printer: &Printer) {
    let verifier = new.verifier().to_string();
    match printer.format() {
        Format::Table => printer.data(&verifier),
        Format::Json | Format::Ndjson => printer.json(&json!({
            "name": new.name(),
            "key_id": new.id().to_string(),
            "verifier_key": verifier,
            "old_key_id": old.id().to_string(),
            "old_verifier_key": old.verifier().to_string(),
            "seq": seq,
        })),
    }
    printer.note(&format!(
        "key {} gave way to {}: record {seq}; programs that run go on with the old one until they are \
         started again",
        old.id(),
        new.id(),
    ));
}
