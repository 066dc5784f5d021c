//! Long bodies in little memory.

use axum::body::Bytes;

/// A body of pieces, each repeated.
#[derive(Debug, Default)]
pub(crate) struct Rope {
    pieces: Vec<(Bytes, usize)>,
}

impl Rope {
    /// Also has this piece, so many times.
    pub(super) fn then(mut self, piece: impl Into<Bytes>, times: usize) -> Self {
        self.pieces.push((piece.into(), times));
        self
    }

    /// In bytes.
    pub(crate) fn len(&self) -> usize {
        let length = |(piece, times): &(Bytes, usize)| piece.len() * times;
        self.pieces.iter().map(length).sum()
    }

    pub(crate) fn into_chunks(self) -> impl Iterator<Item = Bytes> {
        let repeated = |(piece, times)| std::iter::repeat_n(piece, times);
        self.pieces.into_iter().flat_map(repeated)
    }
}

impl<B: Into<Bytes>> From<B> for Rope {
    fn from(bytes: B) -> Self {
        Self::default().then(bytes, 1)
    }
}
