//! Where words begin and how long they are, told for a block of bytes at a time without branches.

use crate::view::kinds::{BLOCK, Block};

/// Whether `is_telling` holds for the place and the length of any run of bytes of one `kind`, parted
/// where `cuts` says of a block and the one before it. `blocks` are those of the text. Of longer runs
/// the length is told as [`BLOCK`] or more.
#[inline(always)]
pub(crate) fn any_start(
    mut blocks: impl Iterator<Item = Block>,
    kind: impl Fn(&Block) -> u64,
    cuts: impl Fn(&Block, &Block) -> u64,
    mut is_telling: impl FnMut(usize, usize) -> bool,
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
            let ends = ends >> place >> 1 | later_ends << (63 - place);
            let len = ends.trailing_zeros() as usize + 1;
            if is_telling(from + place as usize, len) {
                return true;
            }
        }
        from += BLOCK;
    }
    false
}
