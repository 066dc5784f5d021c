//! Canonical JSON, read as it lies.

use super::plain_length;

/// How deep things may lie in one another.
const DEEPEST: u8 = 32;

/// Reads a text in canonical form from its beginning to its end, and copies nothing.
///
/// Every method gives `None` where something else stands, and where it could be written otherwise:
/// behind white space, with a fraction, with members in another order or twice, with escapes in the
/// name of a member, or very deep. What is not read here may be JSON all the same.
#[derive(Clone, Debug)]
pub struct Reader<'e> {
    text: &'e str,
    at: usize,
}

impl<'e> Reader<'e> {
    /// At the beginning of `text`.
    pub fn new(text: &'e str) -> Self {
        Self { text, at: 0 }
    }

    /// Whether all has been read.
    pub fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// An object, of which `member` reads what comes behind each name.
    pub fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, &'e str) -> Option<()>,
    ) -> Option<()> {
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        let mut before = None;
        loop {
            let name = self.name()?;
            // Names in the order of their bytes stand there once.
            if before.is_some_and(|before| before >= name) {
                return None;
            }
            before = Some(name);
            self.take(b':')?;
            member(self, name)?;
            match self.next()? {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    /// A value, as it is written.
    #[inline]
    pub fn value(&mut self) -> Option<&'e str> {
        let start = self.at;
        self.skip()?;
        self.text.get(start..self.at)
    }

    /// Passes over a value. What lies in it is read as loosely as any JSON but for white space and
    /// fractions.
    #[inline]
    pub fn skip(&mut self) -> Option<()> {
        self.pass(DEEPEST)
    }

    /// A name without escapes.
    #[inline]
    fn name(&mut self) -> Option<&'e str> {
        self.take(b'"')?;
        let start = self.at;
        self.at += plain_length(self.rest());
        let name = self.text.get(start..self.at)?;
        self.take(b'"')?;
        Some(name)
    }

    /// Passes over a value in which things lie `depth` deep at most.
    #[inline]
    fn pass(&mut self, depth: u8) -> Option<()> {
        match self.peek()? {
            b'"' => self.string(),
            b'{' => self.nested(depth, b'}', |reader, depth| {
                reader.string()?;
                reader.take(b':')?;
                reader.pass(depth)
            }),
            b'[' => self.nested(depth, b']', Self::pass),
            b'-' | b'0'..=b'9' => self.number(),
            b'n' => self.word(b"null"),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            _ => None,
        }
    }

    /// Passes over a bracket, what `each` passes over with commas between, and the bracket `end`.
    fn nested(
        &mut self,
        depth: u8,
        end: u8,
        each: impl Fn(&mut Self, u8) -> Option<()>,
    ) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.at += 1;
        if self.take(end).is_some() {
            return Some(());
        }
        loop {
            each(self, depth)?;
            match self.next()? {
                b',' => {}
                byte if byte == end => return Some(()),
                _ => return None,
            }
        }
    }

    #[inline]
    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            self.at += plain_length(self.rest());
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => self.escape()?,
                _ => return None,
            }
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Option<()> {
        match self.next()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => {
                let digits = self.rest().get(..4)?;
                self.at += digits.len();
                digits.iter().all(u8::is_ascii_hexdigit).then_some(())
            }
            _ => None,
        }
    }

    /// A whole number. What else a number may have behind it is no end of a value.
    #[inline]
    fn number(&mut self) -> Option<()> {
        // It may be none.
        let _ = self.take(b'-');
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit());
        let count = digits.count();
        let is_number = count == 1 || (count > 1 && self.peek() != Some(b'0'));
        self.at += count;
        is_number.then_some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.rest().starts_with(word).then(|| self.at += word.len())
    }

    #[inline]
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    #[inline]
    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn rest(&self) -> &'e [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }
}
