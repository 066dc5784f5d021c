//! Runs of digits, letters and mask characters: what crossed-out values are made of.

use std::ops::Range;

use crate::view::emphasis;

/// Bytes that may stand between two parts of one value.
const LONGEST_JOINT: usize = 3;

/// One run of letters, digits and mask characters that holds a digit or a mask.
#[derive(Debug, Clone, Default)]
pub(super) struct Chunk {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) masks: usize,
    pub(super) digits: usize,
    pub(super) letters: usize,
    /// Letters and digits before the first mask character.
    pub(super) lead: usize,
    /// Letters and digits behind the last one.
    pub(super) trail: usize,
    /// Whether its masks are dots or dashes, which mean something else where no digit follows.
    is_weak: bool,
}

impl Chunk {
    /// Number of characters, masked or not.
    pub(super) fn size(&self) -> usize {
        self.masks + self.digits + self.letters
    }

    pub(super) fn is_masked(&self) -> bool {
        self.masks > 0
    }

    /// Whether nothing of it can be seen, and the mask is a mask by itself.
    pub(super) fn is_all_mask(&self) -> bool {
        self.digits + self.letters == 0 && self.masks >= 2 && !self.is_weak
    }
}

/// Whether a character stands for another one wherever it stands in a row.
pub(super) fn is_strong(c: char) -> bool {
    matches!(
        c,
        '*' | '#'
            | '\u{B7}'
            | '\u{D7}'
            | '\u{2022}'
            | '\u{203B}'
            | '\u{2219}'
            | '\u{220E}'
            | '\u{2581}'..='\u{2593}'
            | '\u{25A0}'..='\u{25AE}'
            | '\u{25C6}'
            | '\u{25C9}'..='\u{25CF}'
            | '\u{25FB}'..='\u{25FE}'
            | '\u{2B1B}'
            | '\u{2B24}'
            | '\u{2B1C}'
    )
}

/// How many of a character make a mask where it has another meaning by itself.
fn weak_minimum(c: char) -> Option<usize> {
    match c {
        '_' | '?' => Some(2),
        '.' => Some(3),
        '-' => Some(4),
        '\u{2026}' => Some(1),
        _ => None,
    }
}

/// Whether a text can hold a mask or a run of equal digits at all.
pub(super) fn may_be_in(text: &str) -> bool {
    let bytes = text.as_bytes();
    !text.is_ascii()
        || bytes.iter().any(|b| matches!(b, b'*' | b'#'))
        || bytes.windows(2).any(|pair| {
            pair[0] == pair[1]
                && matches!(
                    pair[0],
                    b'x' | b'X' | b'_' | b'?' | b'.' | b'-' | b'0'..=b'9'
                )
        })
}

/// The chunks of a folded text, in order. Stars of emphasis are no masks, and neither are the
/// signs in front of a heading.
pub(super) fn chunks(text: &str) -> Vec<Chunk> {
    let emphasis = emphasis::find(text);
    let mut emphasis = emphasis.iter().peekable();
    let mut chunks = Vec::new();
    let mut open: Option<Chunk> = None;
    let mut crosses = 0;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        while emphasis.next_if(|stars| stars.end <= at).is_some() {}
        let is_emphasis = emphasis.peek().is_some_and(|stars| stars.start <= at);
        let run = run_len(text, at, c);
        let is_mask = !is_emphasis
            && (is_strong(c) && !is_heading(text, at, run)
                || weak_minimum(c).is_some_and(|least| run >= least)
                    && !touches_letter(text, at..at + run * c.len_utf8()));
        let (len, count) = if is_mask || is_emphasis {
            (run * c.len_utf8(), run)
        } else {
            (c.len_utf8(), 1)
        };
        if is_mask || c.is_ascii_alphanumeric() {
            let chunk = open.get_or_insert_with(|| {
                crosses = 0;
                Chunk {
                    start: at,
                    ..Chunk::default()
                }
            });
            chunk.end = at + len;
            if is_mask {
                mark(chunk, count);
                chunk.is_weak |= is_punctuation(c);
            } else if c.is_ascii_digit() {
                chunk.digits += 1;
                chunk.trail += 1;
            } else {
                crosses += usize::from(matches!(c, 'x' | 'X'));
                chunk.letters += 1;
                chunk.trail += 1;
            }
        } else if let Some(chunk) = open.take() {
            close(chunk, crosses, text, &mut chunks);
        }
        at += len;
    }
    if let Some(chunk) = open {
        close(chunk, crosses, text, &mut chunks);
    }
    chunks
}

fn mark(chunk: &mut Chunk, count: usize) {
    if chunk.masks == 0 {
        chunk.lead = chunk.digits + chunk.letters;
    }
    chunk.masks += count;
    chunk.trail = 0;
}

/// Keeps a chunk that holds a digit or a mask. Two or more crosses among digits are masks too.
fn close(mut chunk: Chunk, crosses: usize, text: &str, chunks: &mut Vec<Chunk>) {
    let is_number = !touches_letter(text, chunk.start..chunk.end);
    if crosses >= 2 && crosses == chunk.letters && is_number {
        let written = &text[chunk.start..chunk.end];
        let is_digit = |c: char| c.is_ascii_digit();
        chunk.lead = written.len() - written.trim_start_matches(is_digit).len();
        chunk.trail = written.len() - written.trim_end_matches(is_digit).len();
        chunk.masks += crosses;
        chunk.letters = 0;
    }
    if chunk.masks + chunk.digits > 0 {
        chunks.push(chunk);
    }
}

/// Whether a character in a row is punctuation unless digits follow.
fn is_punctuation(c: char) -> bool {
    matches!(c, '.' | '-' | '\u{2026}')
}

fn touches_letter(text: &str, span: Range<usize>) -> bool {
    text[..span.start].ends_with(char::is_alphabetic)
        || text[span.end..].starts_with(char::is_alphabetic)
}

/// How many times the character at `at` stands there in a row, within reason.
fn run_len(text: &str, at: usize, c: char) -> usize {
    if is_strong(c) || weak_minimum(c).is_some() {
        text[at..].chars().take_while(|next| *next == c).count()
    } else {
        1
    }
}

fn is_heading(text: &str, at: usize, run: usize) -> bool {
    let begins_line = text[..at].is_empty() || text[..at].ends_with('\n');
    run <= 6 && text[at..].starts_with('#') && begins_line && text[at + run..].starts_with(' ')
}

/// Whether chunk `index` goes on where the one before it ended.
pub(super) fn is_joined(text: &str, chunks: &[Chunk], index: usize) -> bool {
    let Some(previous) = index.checked_sub(1).and_then(|before| chunks.get(before)) else {
        return false;
    };
    chunks.get(index).is_some_and(|chunk| {
        let gap = &text[previous.end..chunk.start];
        (1..=LONGEST_JOINT).contains(&gap.len())
            && gap
                .bytes()
                .all(|b| matches!(b, b' ' | b'-' | b'.' | b'(' | b')' | b'+'))
            && gap != ". "
    })
}

/// The text range of a window of chunks.
pub(super) fn span(chunks: &[Chunk], window: Range<usize>) -> Range<usize> {
    chunks[window.start].start..chunks[window.end - 1].end
}
