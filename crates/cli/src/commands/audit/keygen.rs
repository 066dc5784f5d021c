//! `agent-assist audit keygen`: the key with which a log signs its checkpoints.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use agent_assist_tlog::SigningKey;
use serde_json::json;

use crate::args::KeygenArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};

pub(super) fn run(args: &KeygenArgs, printer: &Printer) -> Result<Exit, Failure> {
    let key = generate(&args.name)?;
    write(&args.out, &key).map_err(|error| not_written(&args.out, &error))?;
    let verifier = key.verifier().to_string();
    match printer.format() {
        Format::Table => printer.data(&verifier),
        Format::Json | Format::Ndjson => printer.json(&json!({
            "name": key.name(),
            "key_id": key.id().to_string(),
            "verifier_key": verifier,
            "file": args.out.display().to_string(),
        })),
    }
    printer.note(&format!(
        "written: {}; keep it secret, and give the verifier key to whoever checks the log",
        args.out.display()
    ));
    Ok(Exit::Ok)
}

/// A new key of this name.
pub(super) fn generate(name: &str) -> Result<SigningKey, Failure> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| Failure::unexpected("no random numbers can be had", &error))?;
    let key = SigningKey::from_seed(name, &seed);
    // Not the key any more, but as good as it.
    seed.fill(0);
    key.map_err(|error| {
        Failure::usage(format!("--name: {error}")).advise("a name such as assist.example.com/audit")
    })
}

/// Writes the secret into a new file that only its owner reads and nobody writes.
pub(super) fn write(path: &Path, key: &SigningKey) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o400);
    let mut file = options.open(path)?;
    let written = fill(&mut file, key).and_then(|()| synchronise_folder(path));
    if written.is_err() {
        // Half a key is none, and would stand in the way of the next try.
        let _ = std::fs::remove_file(path);
    }
    written
}

fn fill(file: &mut File, key: &SigningKey) -> io::Result<()> {
    let secret = key.to_secret();
    file.write_all(secret.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Makes the name of a new file as durable as its content.
pub(super) fn synchronise_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    #[cfg(unix)]
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    let _ = folder;
    Ok(())
}

fn not_written(path: &Path, error: &io::Error) -> Failure {
    let place = path.display();
    if error.kind() == io::ErrorKind::AlreadyExists {
        return Failure::usage(format!("--out: there is a file at {place} already")).advise(
            "a key is never overwritten: what it has signed could not be told from forgeries; \
             name another file",
        );
    }
    Failure::usage(format!("--out: {place} cannot be written: {error}"))
        .advise("name a file in a folder that is there and can be written to")
}
