//! Gzip, and a bomb of it that is cheap to make.

use std::io::Write;
use std::sync::LazyLock;

use axum::body::Bytes;
use flate2::write::GzEncoder;
use flate2::{Compress, Compression, Crc, FlushCompress};

use super::rope::Rope;

const MEBIBYTE: usize = 1024 * 1024;

/// How often the filler of a mebibyte stands in the bomb.
const TIMES: usize = 64;

const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// A body in gzip.
pub(super) fn packed(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}

/// Sound gzip of a sound listing with a string of 64 MiB, at about a thousandth of its length.
pub(super) fn bomb() -> Rope {
    static FILLER: LazyLock<Segment> = LazyLock::new(|| Segment::new(&[b'x'; MEBIBYTE]));
    let before = Segment::new(br#"{"entities":[],"x":""#);
    let after = Segment::new(b"\"}");
    let mut crc = before.crc;
    for _ in 0..TIMES {
        crc.combine(&FILLER.crc);
    }
    crc.combine(&after.crc);
    // An empty last block, then checksum and length.
    let mut end = vec![3, 0];
    end.extend(crc.sum().to_le_bytes());
    end.extend(crc.amount().to_le_bytes());
    Rope::from(&HEADER[..])
        .then(before.deflated, 1)
        .then(FILLER.deflated.clone(), TIMES)
        .then(after.deflated, 1)
        .then(end, 1)
}

/// Deflate blocks that refer to nothing before them and end at a byte, so that they may be joined
/// in any order and number.
struct Segment {
    deflated: Bytes,
    crc: Crc,
}

impl Segment {
    fn new(text: &[u8]) -> Self {
        let mut crc = Crc::new();
        crc.update(text);
        let mut deflated = Vec::with_capacity(64 * 1024);
        let mut compress = Compress::new(Compression::best(), false);
        // With room enough there is nothing to fail.
        let _ = compress.compress_vec(text, &mut deflated, FlushCompress::Full);
        Self {
            deflated: deflated.into(),
            crc,
        }
    }
}
