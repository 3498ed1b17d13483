//! The address at which anybody who holds a receipt can check it: derived from the receipt under a key of the installation,
//! so that no address follows from a number, an id or another address.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use mingzhang_domain::id::{LedgerId, ReceiptId};
use mingzhang_store::vault::IndexKey;
use uuid::Uuid;

/// Keeps this use of the key apart from others.
const TAG: &str = "mingzhang/receipt_verification/1";
/// Bytes of a token: the ledger, the receipt, and what only the installation can make of them.
const BYTES: usize = 48;
/// Letters of a token.
pub const LETTERS: usize = 64;

/// The path of a receipt's public page.
pub fn path(key: &IndexKey, ledger: LedgerId, receipt: ReceiptId) -> String {
    format!("/v/{}", BASE64.encode(sealed(key, ledger, receipt)))
}

/// Which receipt a token is for; nothing when this installation did not make it.
pub fn open(key: &IndexKey, token: &str) -> Option<(LedgerId, ReceiptId)> {
    let bytes: [u8; BYTES] = BASE64.decode(token).ok()?.try_into().ok()?;
    let id = |from: usize| Uuid::from_slice(bytes.get(from..from + 16)?).ok();
    let (ledger, receipt) = (LedgerId(id(0)?), ReceiptId(id(16)?));
    // Both sides are compared whole: how long it takes says nothing of where they differ.
    let differing = sealed(key, ledger, receipt).iter().zip(&bytes).fold(0, |sum, (a, b)| sum | (a ^ b));
    (differing == 0).then_some((ledger, receipt))
}

fn sealed(key: &IndexKey, ledger: LedgerId, receipt: ReceiptId) -> [u8; BYTES] {
    let mut named = [0; 32];
    named[..16].copy_from_slice(ledger.uuid().as_bytes());
    named[16..].copy_from_slice(receipt.uuid().as_bytes());
    let mut bytes = [0; BYTES];
    bytes[..32].copy_from_slice(&named);
    bytes[32..].copy_from_slice(&key.mac(TAG, &named)[..16]);
    bytes
}
