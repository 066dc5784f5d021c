//! Where words begin and how long they are, told for a block of bytes at a time without branches.

use std::ops::Range;

use crate::view::kinds::{BLOCK, Block};

/// A run of bytes of one kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) start: usize,
    /// Where in its block it begins, and where in this block and the next one runs end.
    place: u32,
    ends: u64,
    later_ends: u64,
}

impl Run {
    /// Its length; of a long one [`BLOCK`] or more. Worked out only where somebody asks.
    #[inline(always)]
    pub(crate) fn len(self) -> usize {
        let behind = self.ends >> self.place >> 1 | self.later_ends << (63 - self.place);
        behind.trailing_zeros() as usize + 1
    }

    /// Where it stands, as far as its length is told.
    #[inline(always)]
    pub(crate) fn range(self) -> Range<usize> {
        self.start..self.start + self.len()
    }
}

/// Whether `is_telling` holds for any run of bytes of one `kind`, parted where `cuts` says of a block
/// and the one before it. `blocks` are those of the text.
#[inline(always)]
pub(crate) fn any_start(
    mut blocks: impl Iterator<Item = Block>,
    kind: impl Fn(&Block) -> u64,
    cuts: impl Fn(&Block, &Block) -> u64,
    mut is_telling: impl FnMut(Run) -> bool,
) -> bool {
    let mut before = Block::default();
    let mut from = 0;
    let mut next = blocks.next();
    while let Some(block) = next {
        next = blocks.next();
        let (runs, cut) = (kind(&block), cuts(&block, &before));
        let mut starts = runs & (!(runs << 1 | kind(&before) >> 63) | cut);
        let ends = !runs | cut;
        // A run goes on in the next block, perhaps.
        let later_ends = next.map_or(u64::MAX, |next| !kind(&next) | cuts(&next, &block));
        before = block;
        while starts != 0 {
            let place = starts.trailing_zeros();
            starts &= starts - 1;
            let run = Run {
                start: from + place as usize,
                place,
                ends,
                later_ends,
            };
            if is_telling(run) {
                return true;
            }
        }
        from += BLOCK;
    }
    false
}
