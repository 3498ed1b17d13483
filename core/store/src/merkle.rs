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

#[cfg(test)]
mod tests {
    use super::*;
    use mingzhang_domain::value::Digest as Hex;

    /// The tree of RFC 6962 as its section 2.1 defines it.
    fn naive(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [only] => *only,
            more => {
                let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
                node_hash(&naive(left), &naive(right))
            }
        }
    }

    fn leaves(count: u32) -> Vec<Hash> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    fn pushed(leaves: &[Hash]) -> Frontier {
        let mut frontier = Frontier::default();
        leaves.iter().for_each(|leaf| frontier.push(*leaf));
        frontier
    }

    /// The vectors that implementations of RFC 6962 share.
    #[test]
    fn known_roots_come_out() {
        let inputs: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let leaves = inputs.map(leaf_hash);
        for (size, root) in roots.into_iter().enumerate() {
            assert_eq!(Hex(pushed(&leaves[..size]).root()).to_string(), root, "{size} leaves");
        }
    }

    #[test]
    fn the_frontier_is_the_naive_tree_at_every_size() {
        let leaves = leaves(300);
        let mut frontier = Frontier::default();
        for (size, leaf) in leaves.iter().enumerate() {
            assert_eq!(frontier.root(), naive(&leaves[..size]), "{size} leaves");
            frontier.push(*leaf);
            // What the head row holds is enough to go on from.
            frontier = Frontier::from_bytes(frontier.size(), &frontier.to_bytes()).unwrap();
        }
        // Its parts are the roots of the perfect subtrees, largest first: 300 = 256 + 32 + 8 + 4.
        let parts = [0..256, 256..288, 288..296, 296..300].map(|range| naive(&leaves[range]));
        assert_eq!(frontier.to_bytes(), parts.concat());
    }

    /// Audit path of a leaf (RFC 6962, 2.1.1): a frontier's root is one that inclusion proofs fit.
    fn path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() <= 1 {
            return Vec::new();
        }
        let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
        let (mut below, sibling) = if index < left.len() {
            (path(index, left), naive(right))
        } else {
            (path(index - left.len(), right), naive(left))
        };
        below.push(sibling);
        below
    }

    /// Root from a leaf and its path, knowing only index and size.
    fn climbed(mut index: usize, size: usize, leaf: Hash, path: &[Hash]) -> Hash {
        let (mut last, mut node) = (size - 1, leaf);
        for sibling in path {
            while index == last && index.is_multiple_of(2) && last != 0 {
                // A right edge without a sibling moves up unchanged.
                (index, last) = (index / 2, last / 2);
            }
            node = if index % 2 == 1 { node_hash(sibling, &node) } else { node_hash(&node, sibling) };
            (index, last) = (index / 2, last / 2);
        }
        node
    }

    #[test]
    fn every_leaf_is_included_under_the_frontiers_root() {
        for size in 1..=70 {
            let leaves = leaves(size);
            let root = pushed(&leaves).root();
            for (index, leaf) in leaves.iter().enumerate() {
                let path = path(index, &leaves);
                assert_eq!(climbed(index, leaves.len(), *leaf, &path), root, "leaf {index} of {size}");
                assert_ne!(climbed(index, leaves.len(), leaf_hash(b"another"), &path), root);
            }
        }
    }

    /// A grown log is consistent with every earlier head: the earlier frontier and the leaves after it give its root.
    #[test]
    fn a_grown_log_is_consistent_with_every_earlier_frontier() {
        let leaves = leaves(130);
        for size in 0..leaves.len() {
            let earlier = pushed(&leaves[..size]);
            let mut grown = Frontier::from_bytes(earlier.size(), &earlier.to_bytes()).unwrap();
            leaves[size..].iter().for_each(|leaf| grown.push(*leaf));
            assert_eq!(grown.root(), naive(&leaves));
        }
    }

    #[test]
    fn bytes_that_are_no_frontier_of_their_size_are_refused() {
        let bytes = pushed(&leaves(7)).to_bytes();
        assert!(Frontier::from_bytes(7, &bytes).is_ok());
        assert_eq!(Frontier::from_bytes(8, &bytes), Err(NotAFrontier));
        assert_eq!(Frontier::from_bytes(7, &bytes[1..]), Err(NotAFrontier));
        assert_eq!(Frontier::from_bytes(0, &bytes), Err(NotAFrontier));
    }
}
