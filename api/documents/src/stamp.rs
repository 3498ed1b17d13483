//! The company's stamp 印章: a small picture that is laid over the place of a signature.

use typst::foundations::Bytes;
use typst::visualize::{ExchangeFormat, RasterFormat, RasterImage};

/// Bytes of a stamp at most: as base64 it still fits one item of the vault.
pub const MAX_BYTES: usize = 48 * 1024;
/// Pixels of a side, at least and at most.
const SIDE: std::ops::RangeInclusive<u32> = 64..=1_024;
/// How a PNG begins: its mark, and the head of its first chunk.
const MARK: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// A picture that cannot be a stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stamp is a PNG of at most 48 KiB, 64 to 1,024 pixels on each side")]
pub struct NoStamp;

/// A stamp.
#[derive(Clone, PartialEq, Eq)]
pub struct Stamp(Vec<u8>);

impl std::fmt::Debug for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stamp(…)")
    }
}

impl Stamp {
    /// From the bytes of a PNG, which is read once to its end.
    ///
    /// # Errors
    /// [`NoStamp`].
    pub fn new(png: Vec<u8>) -> Result<Self, NoStamp> {
        if png.len() > MAX_BYTES || !png.starts_with(MARK) {
            return Err(NoStamp);
        }
        // Its size stands right after the mark, so that a picture that unpacks to more than it says is never unpacked.
        let side = |at: usize| {
            let bytes = png.get(at..at + 4)?.try_into().ok()?;
            Some(u32::from_be_bytes(bytes)).filter(|side| SIDE.contains(side))
        };
        side(MARK.len()).zip(side(MARK.len() + 4)).ok_or(NoStamp)?;
        RasterImage::plain(Bytes::new(png.clone()), RasterFormat::Exchange(ExchangeFormat::Png))
            .map_err(|_| NoStamp)?;
        Ok(Self(png))
    }

    /// The PNG.
    pub fn png(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn only_a_small_whole_png_is_a_stamp() {
        let png = sample::STAMP.to_vec();
        assert!(Stamp::new(png.clone()).is_ok());
        let mut large = png.clone();
        large[16..20].copy_from_slice(&100_000_u32.to_be_bytes());
        let long = [png.clone(), vec![0; MAX_BYTES]].concat();
        for bad in [Vec::new(), png[..png.len() / 2].to_vec(), large, long, b"GIF89a".to_vec(), png[8..].to_vec()] {
            assert_eq!(Stamp::new(bad), Err(NoStamp));
        }
    }
}
