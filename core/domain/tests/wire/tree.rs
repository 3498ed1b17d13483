//! RFC 6962 in its plainest form: what the store's incremental tree and the Python verifier must agree with.

use sha2::{Digest, Sha256};

/// SHA-256(0x00 ‖ body).
pub(crate) fn leaf(body: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update([0]).chain_update(body).finalize().into()
}

/// Splits at the largest power of two below the count.
pub(crate) fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest(b"").into(),
        [only] => *only,
        more => {
            let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
            Sha256::new().chain_update([1]).chain_update(root(left)).chain_update(root(right)).finalize().into()
        }
    }
}

/// The roots of the perfect subtrees, largest first.
pub(crate) fn frontier(leaves: &[[u8; 32]]) -> Vec<[u8; 32]> {
    let mut rest = leaves;
    let mut roots = Vec::new();
    while !rest.is_empty() {
        let (tree, after) = rest.split_at(1 << rest.len().ilog2());
        roots.push(root(tree));
        rest = after;
    }
    roots
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
