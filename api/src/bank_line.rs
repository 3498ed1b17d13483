//! A line of a bank statement: what makes it the same line, what its remark hints at, and how it becomes a wish.
//!
//! May never happen here: what a payer wrote in an event, a log line, an error or a reference. A reference that is made of
//! a line is keyed, so that nobody can try names and amounts against it.

use crate::body::json;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::{ChannelAccountId, PaymentOrderId, UnitId, VaultItemId, natural};
use mingzhang_domain::money::Money;
use mingzhang_domain::payment::{Channel, RecordBankLine};
use mingzhang_domain::value::{Code, Count};
use mingzhang_store::vault::{ItemKind, Plain};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

/// The use of the company's index key that references are made with.
pub const TAG: &str = "mingzhang/bank_line/1";
/// Codes that are looked for in one remark at most.
const MOST_CODES: usize = 8;

/// What a bank says of money that came in. No `Debug`: most of it is personal.
pub struct Line {
    /// The bank day.
    pub booked_on: CivilDate,
    /// How much.
    pub amount: Money,
    /// The bank's serial.
    pub serial: Option<Code>,
    /// The how-manieth line of its day that says just this; counts when the bank gives no serial.
    pub occurrence: Count,
    /// Who sent it.
    pub payer: Option<String>,
    /// From which account.
    pub payer_account: Option<String>,
    /// What the payer wrote.
    pub remark: Option<String>,
}

impl Line {
    /// What two lines without a serial have in common when they say the same on one day.
    pub fn says(&self) -> Vec<String> {
        let text = |text: &Option<String>| text.as_deref().map(natural).unwrap_or_default();
        let (payer, account, remark) = (text(&self.payer), text(&self.payer_account), text(&self.remark));
        vec![self.booked_on.to_string(), self.amount.to_string(), payer, account, remark]
    }

    /// The bank's serial, else `L-` and 30 hexadecimal digits of a keyed digest of the line and its occurrence.
    pub fn reference(&self, mac: impl Fn(&[u8]) -> [u8; 32], channel_account: ChannelAccountId) -> Option<Code> {
        if let Some(serial) = &self.serial {
            return Some(serial.clone());
        }
        let mut said = vec![channel_account.to_string()];
        said.extend(self.says());
        said.push(self.occurrence.to_string());
        let mac = mac(json::canonical(&said.into()).as_bytes());
        let hex: String = mac.iter().take(15).map(|byte| format!("{byte:02X}")).collect();
        format!("L-{hex}").parse().ok()
    }

    /// What in the remark may be the code of a unit.
    pub fn codes(&self) -> Vec<Code> {
        let remark: String = self.remark.iter().flat_map(|remark| remark.nfkc()).collect();
        let part_of_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let words = remark.split(|c| !part_of_code(c)).map(|word| word.trim_matches(['-', '_', '.']));
        let mut codes: Vec<Code> = Vec::new();
        for code in words.filter(|word| word.bytes().any(|b| b.is_ascii_digit())).filter_map(|word| word.parse().ok()) {
            if !codes.contains(&code) && codes.len() < MOST_CODES {
                codes.push(code);
            }
        }
        codes
    }

    /// What in the remark may be the number of a payment order: 32 hexadecimal digits, with hyphens or without.
    pub fn orders(&self) -> Vec<PaymentOrderId> {
        let remark: String = self.remark.iter().flat_map(|remark| remark.nfkc()).collect();
        let words = remark.split(|c: char| !c.is_ascii_hexdigit() && c != '-').map(|word| word.trim_matches('-'));
        let mut orders: Vec<PaymentOrderId> = Vec::new();
        for order in words.filter(|word| word.len() >= 32).filter_map(|word| Uuid::try_parse(word).ok()) {
            if !orders.contains(&PaymentOrderId(order)) && orders.len() < MOST_CODES {
                orders.push(PaymentOrderId(order));
            }
        }
        orders
    }

    /// The wish, and what must be sealed with it: under a subject of its own, as no person is known yet.
    pub fn wish(
        &self,
        channel: Channel,
        reference: Code,
        (named_units, named_orders): (Vec<UnitId>, Vec<PaymentOrderId>),
    ) -> (RecordBankLine, Vec<Plain>) {
        let (subject_id, mut personal) = (crate::ids::mint::<Uuid>(), Vec::new());
        let mut seal = |kind: ItemKind, text: &Option<String>| {
            text.as_ref().map(|text| {
                let item_id: VaultItemId = crate::ids::mint();
                personal.push(Plain { item_id, subject_id, kind, text: text.clone().into() });
                item_id
            })
        };
        let payer = seal(ItemKind::Payer, &self.payer);
        let payer_account = seal(ItemKind::Payer, &self.payer_account);
        let remark = seal(ItemKind::Text, &self.remark);
        let wish = RecordBankLine {
            channel,
            reference,
            amount: self.amount,
            booked_on: self.booked_on,
            payer,
            payer_account,
            remark,
            named_units,
            named_orders,
        };
        (wish, personal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    fn line(remark: &str) -> Line {
        Line {
            booked_on: "2026-01-20".parse().unwrap(),
            amount: "88.00".parse().unwrap(),
            serial: None,
            occurrence: Count(1),
            payer: Some("张三".to_owned()),
            payer_account: None,
            remark: Some(remark.to_owned()),
        }
    }

    #[test]
    fn a_line_without_a_serial_is_known_by_what_it_says_and_its_occurrence() {
        let keyed = |key: u8| move |said: &[u8]| Sha256::new().chain_update([key]).chain_update(said).finalize().into();
        let (key, other) = (keyed(1), keyed(2));
        let account = ChannelAccountId(Uuid::from_u128(1));
        let of = |key: &dyn Fn(&[u8]) -> [u8; 32], line: &Line| line.reference(key, account).unwrap();
        let first = of(&key, &line("3-1-1202 物业费"));
        assert_eq!(first.as_str().len(), 32);
        assert_eq!(first, of(&key, &line(" ３-1-1202 物业费")), "width and blanks at the ends are no difference");
        assert_ne!(first, of(&key, &line("3-1-1203 物业费")));
        assert_ne!(first, of(&key, &Line { occurrence: Count(2), ..line("3-1-1202 物业费") }));
        assert_ne!(first, of(&other, &line("3-1-1202 物业费")));
        assert_ne!(first, line("3-1-1202 物业费").reference(key, ChannelAccountId(Uuid::from_u128(2))).unwrap());
        let serial: Code = "2026012000017".parse().unwrap();
        assert_eq!(of(&key, &Line { serial: Some(serial.clone()), ..line("x") }), serial);
    }

    #[test]
    fn a_remark_names_what_may_be_orders() {
        let orders = |remark: &str| line(remark).orders().iter().map(ToString::to_string).collect::<Vec<_>>();
        let number = "0190b0e000007000800000000000ce02";
        let id = "0190b0e0-0000-7000-8000-00000000ce02";
        assert_eq!(orders(&format!("订单{number}物业费，{id}")), [id]);
        assert!(orders("3-1-1202 0190b0e0000070008000").is_empty());
    }

    #[test]
    fn a_remark_names_what_may_be_codes() {
        let codes = |remark: &str| line(remark).codes().iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(codes("３-1-1202物业费，b1-021车位 3-1-1202."), ["3-1-1202", "B1-021"]);
        assert!(codes("物业费 thanks --").is_empty());
        assert_eq!(codes("1 2 3 4 5 6 7 8 9 10").len(), MOST_CODES);
    }
}
