//! Tells of most words, without looking them up, that they are not in a list.

/// A bit for every length and first two and last letters that words of phrases have.
#[derive(Clone)]
pub(crate) struct WordFilter {
    bits: Box<[u64; 512]>,
}

impl Default for WordFilter {
    fn default() -> Self {
        Self {
            bits: Box::new([0; 512]),
        }
    }
}

impl WordFilter {
    /// Adds `word`, in any case.
    pub(crate) fn insert(&mut self, word: &[u8]) {
        let bit = Self::bit(word);
        self.bits[bit / 64] |= 1 << (bit % 64);
    }

    /// Whether `word`, in any case, may be one of those inserted.
    pub(crate) fn may_contain(&self, word: &[u8]) -> bool {
        let bit = Self::bit(word);
        self.bits[bit / 64] & 1 << (bit % 64) != 0
    }

    fn bit(word: &[u8]) -> usize {
        // The fifth bit is all that parts small letters from capitals.
        let letter = |at: usize| usize::from(word.get(at).map_or(0, |byte| byte & 0x1F));
        let last = letter(word.len().wrapping_sub(1));
        let length = word.len().min(31);
        (letter(0) | letter(1) << 5 | last << 10) ^ length.wrapping_mul(0x4E5) & 0x7FFF
    }
}
