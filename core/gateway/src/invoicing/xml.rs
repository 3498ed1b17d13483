//! The delivery XML of an invoice 数电票 as the tax authority's platform hands it out.

use super::InvoiceOrder;
use crate::time::plain;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::money::Money;
use mingzhang_domain::rule::amount_in_words;
use std::fmt::Write as _;

/// What is known of an invoice once it is issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Its number.
    pub number: String,
    /// When it was asked for.
    pub requested_at: Instant,
    /// When it was issued.
    pub issued_at: Instant,
    /// The tax bureau.
    pub bureau: String,
}

/// The XML of an issued invoice.
pub fn delivery(order: &InvoiceOrder, of: &Delivered) -> String {
    let (code, name) = if order.invoice_type == "81" { ("01", "专用发票") } else { ("02", "普通发票") };
    let mut x = Xml(String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    x.within("EInvoice", |x| {
        x.within("Header", |x| {
            x.texts(&[("EIid", of.number.as_str()), ("EInvoiceTag", "SWEI3200"), ("Version", "0.2")]);
            x.within("InherentLabel", |x| {
                x.label("InIssuType", "Y", "是否蓝字发票");
                x.label("EInvoiceType", code, &format!("数电票（{name}）"));
                x.label("GeneralOrSpecialVAT", code, name);
            });
        });
        x.within("EInvoiceData", |x| data(x, order, &plain(of.requested_at)));
        x.within("TaxSupervisionInfo", |x| {
            let issued = plain(of.issued_at);
            x.texts(&[("InvoiceNumber", &of.number), ("IssueTime", &issued), ("TaxBureauName", &of.bureau)]);
        });
    });
    x.0
}

fn data(x: &mut Xml, order: &InvoiceOrder, requested: &str) {
    x.within("SellerInformation", |x| {
        x.texts(&[("SellerIdNum", &order.seller.tax_no), ("SellerName", &order.seller.name)]);
        x.texts(&[("SellerAddr", ""), ("SellerTelNum", ""), ("SellerBankName", ""), ("SellerBankAccNum", "")]);
    });
    x.within("BuyerInformation", |x| {
        x.texts(&[("BuyerIdNum", order.buyer.tax_no.as_deref().unwrap_or_default()), ("BuyerName", &order.buyer.name)]);
    });
    x.within("BasicInformation", |x| {
        x.amounts(&[("TotalAmWithoutTax", order.amount), ("TotalTaxAm", order.tax)]);
        x.amounts(&[("TotalTax-includedAmount", order.amount_with_tax)]);
        x.texts(&[("TotalTax-includedAmountInChinese", &words(order.amount_with_tax))]);
        x.texts(&[("Drawer", &order.drawer), ("RequestTime", requested)]);
    });
    for item in &order.items {
        x.within("IssuItemInformation", |x| {
            x.texts(&[("ItemName", &item.goods_name), ("SpecMod", ""), ("MeaUnits", ""), ("Quantity", "1")]);
            x.amounts(&[("UnPrice", item.amount), ("Amount", item.amount)]);
            x.texts(&[("TaxRate", &item.tax_rate)]);
            x.amounts(&[("ComTaxAm", item.tax), ("TotaltaxIncludedAmount", item.amount_with_tax)]);
            x.texts(&[("TaxClassificationCode", &item.goods_code)]);
        });
    }
    x.texts(&[("Remark", &order.remark)]);
}

/// In words as invoices have them: 圆 where receipts say 元.
fn words(amount: Money) -> String {
    amount_in_words::of(amount).replace('元', "圆")
}

struct Xml(String);

impl Xml {
    fn within(&mut self, name: &str, inner: impl FnOnce(&mut Self)) {
        // Writing to a string never fails.
        let _ = write!(self.0, "<{name}>");
        inner(self);
        let _ = write!(self.0, "</{name}>");
    }

    fn texts(&mut self, all: &[(&str, &str)]) {
        for (name, text) in all {
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            self.within(name, |x| x.0.push_str(&text));
        }
    }

    fn amounts(&mut self, all: &[(&str, Money)]) {
        all.iter().for_each(|(name, amount)| self.texts(&[(name, &amount.to_string())]));
    }

    fn label(&mut self, of: &str, code: &str, name: &str) {
        self.within(of, |x| x.texts(&[("LabelCode", code), ("LabelName", name)]));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Buyer, Item, Seller};
    use super::*;
    use crate::testing::{read, vectors};
    use crate::time::of_plain;

    /// Every element with what stands in it, in order.
    fn elements(xml: &str) -> Vec<(String, String)> {
        let parts = xml.split('<').skip(1).filter(|part| !part.starts_with('/') && !part.starts_with('?'));
        let pair = |part: &str| part.split_once('>').map(|(name, text)| (name.to_owned(), text.trim().to_owned()));
        parts.filter_map(pair).collect()
    }

    fn sample() -> InvoiceOrder {
        let money = |text: &str| text.parse::<Money>().unwrap();
        InvoiceOrder {
            serial_no: "1".to_owned(),
            invoice_type: "82".to_owned(),
            seller: Seller {
                tax_no: "91350100M000100Y43".to_owned(), name: "示例物业服务有限公司".to_owned()
            },
            buyer: Buyer { kind: "person".to_owned(), name: "张三（个人）".to_owned(), tax_no: None },
            items: vec![Item {
                goods_code: "3040801010000000000".to_owned(),
                goods_name: "*企业管理服务*物业管理费".to_owned(),
                tax_flag: "taxed".to_owned(),
                tax_rate: "0.06".to_owned(),
                amount: money("337.74"),
                tax: money("20.26"),
                amount_with_tax: money("358.00"),
            }],
            amount: money("337.74"),
            tax: money("20.26"),
            amount_with_tax: money("358.00"),
            drawer: "李四".to_owned(),
            remark: "幸福里 3-1-1202 2026年10月".to_owned(),
        }
    }

    #[test]
    fn it_says_what_the_sample_says() {
        let Some(folder) = vectors("cn") else { return };
        let delivered = Delivered {
            number: "26440000000000000001".to_owned(),
            requested_at: of_plain("2026-10-05 09:20:00").unwrap(),
            issued_at: of_plain("2026-10-05 09:20:03").unwrap(),
            bureau: "国家税务总局示例省税务局".to_owned(),
        };
        let (ours, theirs) =
            (elements(&delivery(&sample(), &delivered)), elements(&read(&folder.join("einvoice_swei_synthetic.xml"))));
        let names = |all: &[(String, String)]| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&ours), names(&theirs));
        // Where and by which bank the seller is reached, and in which unit it sold, no fee item says.
        let unsaid = ["SellerAddr", "SellerTelNum", "SellerBankName", "SellerBankAccNum", "MeaUnits"];
        for (ours, theirs) in ours.iter().zip(&theirs).filter(|(ours, _)| !unsaid.contains(&ours.0.as_str())) {
            assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn names_break_no_element() {
        let mut order = sample();
        order.buyer.name = "<甲>&乙".to_owned();
        let delivered = Delivered {
            number: "26440000000000000001".to_owned(),
            requested_at: of_plain("2026-10-05 09:20:00").unwrap(),
            issued_at: of_plain("2026-10-05 09:20:03").unwrap(),
            bureau: String::new(),
        };
        assert!(delivery(&order, &delivered).contains("<BuyerName>&lt;甲&gt;&amp;乙</BuyerName>"));
    }
}
