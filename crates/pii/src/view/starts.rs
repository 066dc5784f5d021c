//! Where words begin and how long they are, told for a block of bytes at a time without branches.

use std::ops::Range;

use crate::view::{
    beginnings::Triples,
    kinds::{BLOCK, Block, filled},
};

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

/// The runs that begin in one block, and how they go on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begun {
    starts: u64,
    /// Where a run goes on, in this block and the next one.
    goes_on: u64,
    goes_on_later: u64,
}

impl Begun {
    /// Those of one byte.
    #[inline(always)]
    pub(crate) fn of_one(self) -> u64 {
        self.starts & !(self.goes_on >> 1 | self.goes_on_later << 63)
    }

    /// Those of eight bytes or more.
    #[inline(always)]
    pub(crate) fn of_eight(self) -> u64 {
        let both = u128::from(self.goes_on) | u128::from(self.goes_on_later) << BLOCK;
        // A bit for each byte behind which one, two, four and seven more of its run stand.
        let one = both >> 1;
        let two = one & one >> 1;
        let four = two & two >> 2;
        self.starts & (four & four >> 3) as u64
    }
}

/// How runs of bytes are looked for that tell something.
pub(crate) struct Search<'k, Kind, Cuts, Also> {
    /// What they consist of.
    pub(crate) kind: Kind,
    /// Where they are parted, as a block and the one before it say.
    pub(crate) cuts: Cuts,
    /// What they begin with.
    pub(crate) known: &'k Triples,
    /// Those that are given whatever they begin with.
    pub(crate) also: Also,
}

impl<Kind, Cuts, Also> Search<'_, Kind, Cuts, Also>
where
    Kind: Fn(&Block) -> u64,
    Cuts: Fn(&Block, &Block) -> u64,
    Also: Fn(&Block, Begun) -> u64,
{
    /// Whether `is_telling` holds for any of them in `bytes`. `block` tells what a block of them
    /// holds.
    #[inline(always)]
    pub(crate) fn any(
        &self,
        bytes: &[u8],
        block: impl Fn(usize) -> Block,
        mut is_telling: impl FnMut(Run) -> bool,
    ) -> bool {
        let count = bytes.len().div_ceil(BLOCK);
        let mut before = Block::default();
        let mut here = None;
        // Each block is looked at when the one behind it is known.
        for index in 0..=count {
            let next = (index < count).then(|| block(index));
            let Some(block) = std::mem::replace(&mut here, next) else {
                continue;
            };
            let from = (index - 1) * BLOCK;
            let (runs, cut) = ((self.kind)(&block), (self.cuts)(&block, &before));
            let starts = runs & (!(runs << 1 | (self.kind)(&before) >> 63) | cut);
            let ends = !runs | cut;
            // A run goes on in the next block, perhaps.
            let later_ends = next.map_or(u64::MAX, |next| {
                !(self.kind)(&next) | (self.cuts)(&next, &block)
            });
            let also = (self.also)(
                &block,
                Begun {
                    starts,
                    goes_on: !ends,
                    goes_on_later: !later_ends,
                },
            );
            before = block;
            let last;
            let near = match bytes[from..].first_chunk() {
                Some(near) => near,
                None => {
                    last = filled(&bytes[from..]);
                    &last
                }
            };
            // Told of all before any is looked at: whether one passes cannot be foreseen, by a processor
            // either.
            let mut telling = also & starts | self.known.begin_at(near, starts);
            while telling != 0 {
                let place = telling.trailing_zeros();
                telling &= telling - 1;
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
        }
        false
    }
}

/// Whether `is_telling` holds for any word of `bytes` that begins as one of those `known` does. A
/// word in `camelCase` is several. `block` tells what a block of `bytes` holds.
#[inline(always)]
pub(crate) fn any_word(
    bytes: &[u8],
    block: impl Fn(usize) -> Block,
    known: &Triples,
    is_telling: impl FnMut(Run) -> bool,
) -> bool {
    let search = Search {
        kind: Block::wordlike,
        cuts: Block::humps,
        known,
        also: |_: &Block, _| 0,
    };
    search.any(bytes, block, is_telling)
}
