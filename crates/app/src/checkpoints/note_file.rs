//! Checkpoints as they were kept elsewhere: one note, several one behind the other, or lines of a log
//! with a JSON object in each that has one.

use agent_assist_tlog::{NoteError, SignedNote};
use serde::Deserialize;

/// Why a file holds no checkpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteFileError {
    /// There is nothing in it.
    #[error("there is no checkpoint in it")]
    Empty,
    /// Number `place` of its notes is none.
    #[error("checkpoint {place} in it is malformed")]
    Malformed {
        /// Which, from 1.
        place: usize,
        /// Why.
        #[source]
        cause: NoteError,
    },
}

#[derive(Deserialize)]
struct Line {
    checkpoint: String,
}

/// How the JSON in a line of syslog begins.
const IN_LINE: &str = r#"{"checkpoint":""#;

/// Reads the notes in `text`.
///
/// # Errors
/// There is none, or one is malformed.
pub fn read(text: &str) -> Result<Vec<SignedNote>, NoteFileError> {
    let in_lines: Vec<String> = text.lines().filter_map(in_line).collect();
    let notes = if in_lines.is_empty() {
        split(text)
    } else {
        in_lines
    };
    if notes.is_empty() {
        return Err(NoteFileError::Empty);
    }
    let parse = |(at, note): (usize, String)| {
        note.parse().map_err(|cause| NoteFileError::Malformed {
            place: at + 1,
            cause,
        })
    };
    notes.into_iter().enumerate().map(parse).collect()
}

fn in_line(line: &str) -> Option<String> {
    let start = line.find(IN_LINE)?;
    let mut values = serde_json::Deserializer::from_str(&line[start..]).into_iter::<Line>();
    Some(values.next()?.ok()?.checkpoint)
}

/// A note ends behind the last of its lines with signatures.
fn split(text: &str) -> Vec<String> {
    let mut notes = Vec::new();
    let mut note = String::new();
    let mut signed = false;
    for line in text.split_inclusive('\n') {
        let signature = line.starts_with("\u{2014} ");
        if signed && !signature {
            notes.push(std::mem::take(&mut note));
            signed = false;
        }
        if note.is_empty() && line.trim().is_empty() {
            continue;
        }
        signed |= signature;
        note.push_str(line);
    }
    if !note.trim().is_empty() {
        notes.push(note);
    }
    notes
}
