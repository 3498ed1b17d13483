//! The tree over a ledger's log: RFC 6962 leaves and nodes, kept as a frontier so that an append costs no reading.
//!
//! May never happen here: a hash of anything but the stored body bytes.

use sha2::{Digest, Sha256};

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// The leaf of a body: SHA-256(0x00 ‖ body).
pub fn leaf_hash(body: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(body).finalize().into()
}

/// An inner node: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The roots of the perfect subtrees of a log, largest first: all that an append needs to know of the past.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    roots: Vec<Hash>,
}

/// Bytes that are no frontier of a log of that size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the frontier does not fit the size of the log")]
pub struct NotAFrontier;

impl Frontier {
    /// From what the head row holds.
    ///
    /// # Errors
    /// [`NotAFrontier`] when the bytes are not one hash per set bit of the size.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, NotAFrontier> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        let fits = u32::try_from(hashes.len()) == Ok(size.count_ones()) && rest.is_empty();
        if fits { Ok(Self { size, roots: hashes.to_vec() }) } else { Err(NotAFrontier) }
    }

    /// As the head row holds it: 32 bytes per root, largest first.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.roots.concat()
    }

    /// Leaves so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        // Each trailing one bit of the size is a finished subtree that the new leaf completes to twice its size.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.roots.pop() {
                node = node_hash(&left, &node);
            }
        }
        self.roots.push(node);
        self.size += 1;
    }

    /// The root of the whole log; of an empty one SHA-256("").
    pub fn root(&self) -> Hash {
        let mut smallest_first = self.roots.iter().rev();
        let Some(first) = smallest_first.next() else { return Sha256::digest([]).into() };
        smallest_first.fold(*first, |right, left| node_hash(left, &right))
    }
}
