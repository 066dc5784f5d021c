//! Texts from standard input: a JSON object a line, or one whole.
//!
//! Every line that holds something gets one line of answer, in the order of the input. Whatever
//! whole lines one read brings are answered before the next read, so a slow writer gets its answer
//! at once and a fast one whole batches; a batch of some size is shared out to all cores. Memory is
//! bounded by the longest line.
//!
//! What is wrong with a line is said by its number and a position, never by its text.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Read};
use std::num::NonZero;
use std::thread;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;
use crate::render::count;

/// How much is asked for at once.
const READ: usize = 256 * 1024;
/// A smaller share is not worth a thread.
const LEAST_SHARE: usize = 16 * 1024;
/// The longest line, and the longest whole text: what takes more is no text.
const MOST: usize = 256 * 1024 * 1024;
/// Some programs of Windows put it before what they write.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// How many lines that cannot be read are told of one by one.
const MOST_TOLD: u64 = 20;

/// A line of input; whatever else the object holds is ignored.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

/// A line that has no text.
#[derive(Deserialize)]
struct Identified<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
}

/// What came of a share of the lines.
#[derive(Default)]
struct Answers {
    out: Vec<u8>,
    asked: u64,
    /// What is wrong with those that could not be read.
    mistakes: Vec<String>,
}

/// Answers every line of `input`; `answer` writes the member that follows the identifier.
pub(super) fn answer(
    mut input: impl Read,
    printer: &Printer,
    answer: impl Fn(&str, &mut Vec<u8>) + Sync,
) -> Result<Exit, Failure> {
    tell_what_is_awaited(printer, "a line {\"id\": ..., \"text\": \"...\"} each");
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let (mut pending, mut line) = (Vec::new(), 1);
    let (mut asked, mut mistaken) = (0, 0);
    loop {
        let known = pending.len();
        let is_last = read_more(&mut input, &mut pending)? == 0;
        let end_of_line = pending[known..].iter().rposition(|byte| *byte == b'\n');
        let whole = match end_of_line {
            _ if is_last => known,
            Some(at) => known + at + 1,
            None if pending.len() > MOST => return Err(too_long(&format!("line {line}"))),
            None => continue,
        };
        for answers in answer_batch(&pending[..whole], &mut line, cores, &answer) {
            asked += answers.asked;
            for mistake in answers.mistakes {
                mistaken += 1;
                if mistaken <= MOST_TOLD {
                    printer.note(&mistake);
                }
            }
            if !printer.stream(&answers.out) {
                return Ok(Exit::Ok);
            }
        }
        pending.drain(..whole);
        if is_last {
            break;
        }
    }
    if mistaken == 0 {
        return Ok(Exit::Ok);
    }
    let message = format!("{mistaken} of {} could not be read", count(asked, "line"));
    let advice = "each was answered by its \"error\"; all others were read";
    Err(Failure::usage(message).advise(advice))
}

/// The whole of standard input as one text.
pub(super) fn whole_text(printer: &Printer) -> Result<String, Failure> {
    tell_what_is_awaited(printer, "a text");
    let mut bytes = Vec::new();
    let mut input = io::stdin().lock();
    while read_more(&mut input, &mut bytes)? > 0 {
        if bytes.len() > MOST {
            return Err(too_long("the text"));
        }
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to() + 1;
        Failure::usage(format!("the text is not UTF-8 at byte {at}"))
            .advise("convert it first, for example with iconv")
    })
}

/// Writes `text` as a JSON string.
pub(super) fn write_string(text: &str, out: &mut Vec<u8>) {
    // Neither the string nor the vector can refuse.
    let _ = serde_json::to_writer(out, text);
}

/// Somebody who started this in a terminal would wait for it, and it for them.
fn tell_what_is_awaited(printer: &Printer, what: &str) {
    if io::stdin().is_terminal() {
        printer.note(&format!("reading {what} from the terminal, up to its end"));
    }
}

/// Appends what one read brings; how much that is, and 0 at the end.
fn read_more(input: &mut impl Read, bytes: &mut Vec<u8>) -> Result<usize, Failure> {
    let known = bytes.len();
    bytes.resize(known + READ, 0);
    let read = loop {
        match input.read(&mut bytes[known..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read,
        }
    };
    bytes.truncate(known + *read.as_ref().unwrap_or(&0));
    read.map_err(|error| Failure::usage(format!("standard input cannot be read: {error}")))
}

fn too_long(what: &str) -> Failure {
    Failure::usage(format!("{what} has more than {MOST} bytes")).advise("cut it into several texts")
}

/// Answers the lines of `batch`, of which the first has the number `line`; moves that on.
fn answer_batch(
    batch: &[u8],
    line: &mut u64,
    cores: usize,
    answer: &(impl Fn(&str, &mut Vec<u8>) + Sync),
) -> Vec<Answers> {
    let mut shares = Vec::with_capacity(cores);
    let mut rest = batch;
    while !rest.is_empty() {
        let size = rest.len().div_ceil(cores - shares.len()).max(LEAST_SHARE);
        let size = rest.len().min(size);
        let line_end = rest[size - 1..].iter().position(|byte| *byte == b'\n');
        let share;
        (share, rest) = rest.split_at(line_end.map_or(rest.len(), |at| size + at));
        shares.push((share, *line));
        *line += share
            .iter()
            .map(|byte| u64::from(*byte == b'\n'))
            .sum::<u64>();
    }
    let Some((own, others)) = shares.split_first() else {
        return Vec::new();
    };
    thread::scope(|scope| {
        let others: Vec<_> = others
            .iter()
            .map(|(share, first)| scope.spawn(|| answer_share(share, *first, answer)))
            .collect();
        let own = answer_share(own.0, own.1, answer);
        let others = others.into_iter().map(|answers| {
            answers
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        std::iter::once(own).chain(others).collect()
    })
}

fn answer_share(share: &[u8], first: u64, answer: &impl Fn(&str, &mut Vec<u8>)) -> Answers {
    let mut answers = Answers::default();
    for (line, number) in share.split(|byte| *byte == b'\n').zip(first..) {
        let line = match number {
            1 => line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line),
            _ => line,
        };
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        answers.asked += 1;
        let out = &mut answers.out;
        match object::<Line<'_>>(line) {
            Some(Line { id, text }) => {
                write_id(id, out);
                answer(&text, out);
            }
            None => {
                let mistake = format!("line {number}: {}", mistake(line));
                write_id(object(line).and_then(|Identified { id }| id), out);
                out.extend_from_slice(b"\"error\":");
                write_string(&mistake, out);
                answers.mistakes.push(mistake);
            }
        }
        out.extend_from_slice(b"}\n");
    }
    answers
}

/// Opens an answer, up to the comma behind the identifier.
fn write_id(id: Option<&RawValue>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"id\":");
    out.extend_from_slice(id.map_or("null", RawValue::get).as_bytes());
    out.push(b',');
}

/// Reads an object; serde would take a list for one as well.
fn object<'a, T: Deserialize<'a>>(line: &'a [u8]) -> Option<T> {
    serde_json::from_slice(line)
        .ok()
        .filter(|_| line.starts_with(b"{"))
}

/// What is wrong with `line`, without a word of it: the parser's own message may quote.
fn mistake(line: &[u8]) -> String {
    let found = match (str::from_utf8(line), serde_json::from_slice(line)) {
        (Err(error), _) => format!("not UTF-8 at byte {}", error.valid_up_to() + 1),
        (Ok(_), Err::<Value, _>(error)) => format!("no JSON at column {}", error.column()),
        (Ok(_), Ok(Value::Object(members))) => match members.get("text") {
            None => "the object has no \"text\"".to_owned(),
            Some(Value::String(_)) => "\"id\" or \"text\" is there twice".to_owned(),
            Some(other) => format!("\"text\" is {}", kind(other)),
        },
        (Ok(_), Ok(other)) => format!("{} and no object", kind(&other)),
    };
    format!("{found}; expected {{\"id\": ..., \"text\": \"...\"}}")
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
