//! Runs of digits, letters and mask characters: what crossed-out values are made of.

use std::ops::Range;

use crate::view::{
    emphasis,
    kinds::{BLOCK, Kinds, filled, gather},
};

/// Bytes that may stand between two parts of one value.
const LONGEST_JOINT: usize = 3;

/// How many bytes there usually are for each chunk, or more.
const BYTES_PER_CHUNK: usize = 64;

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

/// Whether dots only lead from a label to its value: `SSN ..... 536-90-4399`.
fn is_leader(text: &str, dots: &Range<usize>) -> bool {
    text[dots.clone()].starts_with(['.', '\u{2026}']) && text[dots.end..].starts_with([' ', '\t'])
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

/// Where in a block of a folded text something may be crossed out.
pub(super) fn places(bytes: &[u8], kinds: &Kinds, block: usize) -> impl Iterator<Item = usize> {
    let mut bits = crossing_bits(bytes, kinds, block);
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros() as usize;
        (bits != 0).then(|| {
            bits &= bits - 1;
            block * BLOCK + place
        })
    })
}

/// A bit for each byte of a block that can begin something that crosses out.
fn crossing_bits(bytes: &[u8], kinds: &Kinds, block: usize) -> u64 {
    let of_ascii = pair_bits(bytes, block, crosses_out);
    match kinds.block(block).beyond {
        0 => of_ascii,
        _ => of_ascii | pair_bits(bytes, block, crosses_out_beyond_ascii),
    }
}

/// Whether two bytes in a row can be of something that crosses out.
fn crosses_out(first: u8, second: u8) -> bool {
    (first == b'*')
        | (first == b'#')
        | ((first | 0x20 == b'x') & (second | 0x20 == b'x'))
        | ((first == second)
            & ((first == b'_') | (first == b'?') | (first == b'.') | (first == b'-')))
}

/// The same for characters outside ASCII.
fn crosses_out_beyond_ascii(first: u8, second: u8) -> bool {
    ((first == 0xE2) & matches!(second, 0x80 | 0x88 | 0x96 | 0x97 | 0xAC))
        | ((first == 0xC2) & (second == 0xB7))
        | ((first == 0xC3) & (second == 0x97))
}

/// The chunks of a folded text, in order. Stars of emphasis are no masks, and neither are the
/// signs in front of a heading and in a reference to a character (`&#8209;`).
pub(super) fn chunks(text: &str, kinds: &Kinds) -> Vec<Chunk> {
    let blocks = kinds.blocks().enumerate();
    let telling: Vec<_> = blocks
        .map(|(index, block)| block.digits | crossing_bits(text.as_bytes(), kinds, index))
        .collect();
    let emphasis = emphasis::find(text);
    let mut emphasis = emphasis.iter().peekable();
    let mut chunks = Vec::with_capacity(text.len() / BYTES_PER_CHUNK);
    let mut open: Option<Open> = None;
    let mut at = 0;
    while at < text.len() {
        if open.is_none() {
            match next_start(text.as_bytes(), &telling, at) {
                Some(start) => at = start,
                None => break,
            }
        }
        if text.as_bytes()[at].is_ascii_alphanumeric() {
            let visible = Visible::at(text.as_bytes(), at);
            open.get_or_insert_with(|| Open::at(at)).show(&visible);
            at += visible.len();
            continue;
        }
        let c = text[at..].chars().next().unwrap_or_default();
        if !is_strong(c) && weak_minimum(c).is_none() {
            // Nearly all that is left are spaces and the letters of other alphabets.
            if let Some(open) = open.take() {
                open.close(text, &mut chunks);
            }
            at += c.len_utf8();
            continue;
        }
        while emphasis.next_if(|stars| stars.end <= at).is_some() {}
        let is_emphasis = emphasis.peek().is_some_and(|stars| stars.start <= at);
        let run = run_len(text, at, c);
        let written = at..at + run * c.len_utf8();
        let is_mask = !is_emphasis
            && !is_leader(text, &written)
            && !is_reference(text, at)
            && (is_strong(c) && !is_heading(text, at, run)
                || weak_minimum(c).is_some_and(|least| run >= least)
                    && !touches_letter(text, written.clone()));
        if is_mask {
            open.get_or_insert_with(|| Open::at(at)).mark(c, run);
        } else if let Some(open) = open.take() {
            open.close(text, &mut chunks);
        }
        // A run that a letter follows is no mask, from wherever one looks at it.
        let is_done = is_mask || is_emphasis || ends_in_letter(text, written.end);
        at = if is_done {
            written.end
        } else {
            at + c.len_utf8()
        };
    }
    if let Some(open) = open {
        open.close(text, &mut chunks);
    }
    chunks
}

/// Whether a reference to a character goes on at `at`: `&#8209;`.
fn is_reference(text: &str, at: usize) -> bool {
    text[at..].starts_with('#') && text[..at].ends_with('&')
}

/// Where from `at` on the next chunk may begin: at a digit or something that crosses out, which
/// `telling` has a bit for, with the letters in front of it.
fn next_start(bytes: &[u8], telling: &[u64], at: usize) -> Option<usize> {
    let found = next_bit(telling, at)?;
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric();
    let lead = bytes[at..found].iter().rev().take_while(is_part).count();
    Some(found - lead)
}

/// A bit for each byte of a block for which `test` holds together with the one behind it; behind the
/// last one stands a nought.
fn pair_bits(bytes: &[u8], block: usize, test: impl Fn(u8, u8) -> bool) -> u64 {
    let rest = &bytes[block * BLOCK..];
    let (last_firsts, last_seconds): ([u8; BLOCK], [u8; BLOCK]);
    let (firsts, seconds) = match (rest.first_chunk(), rest[1..].first_chunk()) {
        (Some(firsts), Some(seconds)) => (firsts, seconds),
        _ => {
            last_firsts = filled(&rest[..rest.len().min(BLOCK)]);
            last_seconds = filled(&rest[1..rest.len().min(BLOCK + 1)]);
            (&last_firsts, &last_seconds)
        }
    };
    let mut held = [0; BLOCK];
    for ((held, first), second) in held.iter_mut().zip(firsts).zip(seconds) {
        *held = 0_u8.wrapping_sub(u8::from(test(*first, *second)));
    }
    gather(&held)
}

/// The first bit from `at` on.
fn next_bit(bits: &[u64], at: usize) -> Option<usize> {
    let first = at / BLOCK;
    let rest = bits.get(first)? & u64::MAX << (at % BLOCK);
    if rest != 0 {
        return Some(first * BLOCK + rest.trailing_zeros() as usize);
    }
    let mut later = (first + 1..).zip(&bits[first + 1..]);
    later.find_map(|(block, bits)| {
        (*bits != 0).then(|| block * BLOCK + bits.trailing_zeros() as usize)
    })
}

/// Letters and digits in a row.
struct Visible {
    digits: usize,
    letters: usize,
    /// Letters that may be crosses.
    crosses: usize,
    has_two_crosses: bool,
}

impl Visible {
    /// Those from `at` on.
    fn at(bytes: &[u8], at: usize) -> Self {
        let mut visible = Self {
            digits: 0,
            letters: 0,
            crosses: 0,
            has_two_crosses: false,
        };
        let mut before = 0;
        for byte in bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric()) {
            let is_digit = byte.is_ascii_digit();
            visible.digits += usize::from(is_digit);
            visible.letters += usize::from(!is_digit);
            let is_cross = matches!(byte, b'x' | b'X');
            visible.crosses += usize::from(is_cross);
            visible.has_two_crosses |= is_cross && byte.eq_ignore_ascii_case(&before);
            before = *byte;
        }
        visible
    }

    fn len(&self) -> usize {
        self.digits + self.letters
    }
}

/// A chunk that may go on.
struct Open {
    chunk: Chunk,
    crosses: usize,
    has_two_crosses: bool,
}

impl Open {
    fn at(start: usize) -> Self {
        Self {
            chunk: Chunk {
                start,
                end: start,
                ..Chunk::default()
            },
            crosses: 0,
            has_two_crosses: false,
        }
    }

    fn show(&mut self, visible: &Visible) {
        self.chunk.end += visible.len();
        self.chunk.digits += visible.digits;
        self.chunk.letters += visible.letters;
        self.chunk.trail += visible.len();
        self.crosses += visible.crosses;
        self.has_two_crosses |= visible.has_two_crosses;
    }

    /// Appends `count` mask characters `c`.
    fn mark(&mut self, c: char, count: usize) {
        let chunk = &mut self.chunk;
        if chunk.masks == 0 {
            chunk.lead = chunk.digits + chunk.letters;
        }
        chunk.end += count * c.len_utf8();
        chunk.masks += count;
        chunk.trail = 0;
        chunk.is_weak |= is_punctuation(c);
    }

    /// Keeps a chunk that holds a digit or a mask. Crosses among digits are masks too, if two stand
    /// side by side: `X1234567X` is an identity number.
    fn close(self, text: &str, chunks: &mut Vec<Chunk>) {
        let mut chunk = self.chunk;
        if self.has_two_crosses
            && self.crosses == chunk.letters
            && !touches_letter(text, chunk.start..chunk.end)
        {
            let written = &text[chunk.start..chunk.end];
            let is_digit = |c: char| c.is_ascii_digit();
            chunk.lead = written.len() - written.trim_start_matches(is_digit).len();
            chunk.trail = written.len() - written.trim_end_matches(is_digit).len();
            chunk.masks += self.crosses;
            chunk.letters = 0;
        }
        if chunk.masks + chunk.digits > 0 {
            chunks.push(chunk);
        }
    }
}

/// Whether a character in a row is punctuation unless digits follow.
fn is_punctuation(c: char) -> bool {
    matches!(c, '.' | '-' | '\u{2026}')
}

fn touches_letter(text: &str, span: Range<usize>) -> bool {
    text[..span.start].ends_with(char::is_alphabetic) || ends_in_letter(text, span.end)
}

/// Whether a letter stands right behind what ends at `end`.
fn ends_in_letter(text: &str, end: usize) -> bool {
    text[end..].starts_with(char::is_alphabetic)
}

/// How many times the character at `at` stands there in a row.
fn run_len(text: &str, at: usize, c: char) -> usize {
    text[at..].chars().take_while(|next| *next == c).count()
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
