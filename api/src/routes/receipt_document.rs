//! Receipts on paper.

use crate::app::App;
use crate::body::{Field, rules};
use crate::document::{Document, Paper};
use crate::endpoint::Parameter;
use crate::names::Asker;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use crate::{stamp, verification};
use mingzhang_documents::receipt::{self, Layout, Line, Standing};
use mingzhang_domain::account::Part;
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::channel_account::{ChannelKind, Provider};
use mingzhang_domain::id::{ChannelAccountId, LedgerId, ReceiptId};
use mingzhang_domain::money::Money;
use mingzhang_projections::printed_receipt::{PrintedHead, PrintedLine, PrintedReceipt};
use mingzhang_projections::receipt::ReceiptStatus;
use mingzhang_store::log;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// Prints a receipt.
#[derive(Debug)]
pub struct GetReceiptDocument;

impl Document for GetReceiptDocument {
    const OPERATION: &'static str = "get_receipt_document";
    const SUMMARY: &'static str = "Hands out a receipt as PDF, with its marks: 预览 before the first print is recorded, 补打 after the second, 已作废 or 已红冲 when it holds no more, 已换开发票 when an invoice is of the same money. Names are whole for those who may look them up, masked for others.";
    fn parameters() -> Vec<Parameter> {
        vec![layout_parameter()]
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Paper, Problem> {
        let layout = ask.parameters.take::<Layout>("layout", rules::WORD)?.unwrap_or_default();
        ask.parameters.finish()?;
        let asker = Asker::new(&app, ask.ledger, ask.caller)?;
        let (receipts, position) = receipts(&app, asker, vec![ask.ids.get("receipt")?]).await?;
        let number = receipts.first().ok_or_else(Problem::not_found)?.number.clone();
        let job = receipt::job(&receipts, layout, stamp::of(&app, asker.company).await?);
        Ok(Paper { job, name: format!("收据-{number}"), plain_name: "receipt", position })
    }
}

/// Answers where a receipt can be checked by anybody.
#[derive(Debug)]
pub struct GetReceiptVerification;

impl Query for GetReceiptVerification {
    const OPERATION: &'static str = "get_receipt_verification";
    const SUMMARY: &'static str = "Answers the public address at which whoever has it sees how a receipt stands: for messages, as the code on the paper is for the eye.";
    fn answer() -> Value {
        json!({
            "type": "object",
            "required": ["receipt", "path"],
            "properties": {
                "receipt": ReceiptId::schema(),
                "path": {"type": "string", "description": "On this server."},
                "url": {"type": "string", "description": "As others reach it; absent while the operator has not said how."},
            },
        })
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let id: ReceiptId = ask.ids.get("receipt")?;
        let read = app.read_models.receipt(ask.ledger, id).await?;
        read.value.ok_or_else(Problem::not_found)?;
        let path = verification::path(&app.index_key, ask.ledger, id);
        let mut body = json!({"receipt": id.to_string(), "path": path});
        if let Some(url) = app.printing.public(&path) {
            body["url"] = json!(url);
        }
        Ok(Reply { body, position: read.position })
    }
}

/// Which layout.
pub(super) fn layout_parameter() -> Parameter {
    let words: Vec<&str> = Layout::ALL.iter().map(|layout| layout.as_str()).collect();
    Parameter {
        name: "layout",
        description: "How it is laid out; `a4` when absent.",
        schema: json!({"type": "string", "enum": words}),
    }
}

/// What receipts say, with names as the asker may see them, by number; and the position they reflect.
pub(super) async fn receipts(
    app: &App,
    asker: Asker,
    ids: Vec<ReceiptId>,
) -> Result<(Vec<receipt::Receipt>, u64), Problem> {
    let read = app.read_models.printed_receipts(asker.community, ids).await?;
    let heads = || read.value.iter().map(|receipt| &receipt.head);
    let printer = Printer {
        obligors: asker.parties(app, heads().map(|head| head.obligor_party_id).collect()).await?,
        payers: asker.payers(app, heads().filter_map(|head| head.payer_item_id).collect()).await?,
        cashiers: asker.staff(app, heads().filter_map(|head| head.cashier_staff_id).collect()).await?,
        leaf_hashes: leaf_hashes(app, asker.community, heads().map(|head| head.position)).await?,
        app,
        asker,
    };
    let receipts = read.value.into_iter().map(|receipt| printer.receipt(receipt)).collect::<Result<_, _>>()?;
    Ok((receipts, read.position))
}

async fn leaf_hashes(
    app: &App,
    ledger: LedgerId,
    positions: impl Iterator<Item = i64>,
) -> Result<BTreeMap<u64, Vec<u8>>, Problem> {
    let positions: Vec<u64> = positions.filter_map(|position| u64::try_from(position).ok()).collect();
    let mut conn = app.writer.acquire().await?;
    Ok(log::leaf_hashes(&mut conn, ledger, &positions).await?)
}

/// All that stands on receipts besides what their rows say.
struct Printer<'a> {
    app: &'a App,
    asker: Asker,
    obligors: HashMap<Uuid, String>,
    payers: HashMap<Uuid, String>,
    cashiers: HashMap<Uuid, String>,
    leaf_hashes: BTreeMap<u64, Vec<u8>>,
}

impl Printer<'_> {
    fn receipt(&self, printed: PrintedReceipt) -> Result<receipt::Receipt, Problem> {
        let PrintedReceipt { head, lines, balances } = printed;
        let (community, company) = (self.asker.community, self.asker.company);
        let position = u64::try_from(head.position).unwrap_or_default();
        let hash = self.leaf_hashes.get(&position).ok_or_else(Problem::internal)?;
        let obligor = self.obligors.get(&head.obligor_party_id).cloned().unwrap_or_default();
        let payer = head.payer_item_id.and_then(|item| self.payers.get(&item)).cloned();
        let path = verification::path(&self.app.index_key, community, ReceiptId(head.receipt_id));
        Ok(receipt::Receipt {
            series: head.series.0,
            number: head.number.0.as_str().to_owned(),
            issued_on: civil(head.issued_on)?,
            company: self.asker.name(self.app, company),
            social_credit_code: self
                .app
                .directory
                .letterhead(company)
                .social_credit_code
                .map(|code| code.as_str().to_owned()),
            community: self.asker.name(self.app, community),
            // Who pays his own debt is not named twice.
            payer: payer.filter(|payer| *payer != obligor),
            obligor,
            lines: lines.into_iter().map(line).collect::<Result<_, _>>()?,
            amount: Money::from(head.amount),
            method: self.method(&head),
            reference: head.reference.0.as_str().to_owned(),
            value_on: civil(head.value_on)?,
            cashier: head.cashier_staff_id.and_then(|staff| self.cashiers.get(&staff)).cloned(),
            balances: balances
                .into_iter()
                .map(|(unit, amount)| (unit.0.as_str().to_owned(), Money::from(amount)))
                .collect(),
            standing: standing(&head),
            exchanged_for: head.exchanged_for.map(|number| number.0.to_string()),
            replaces: head.replaces.map(|number| number.0.as_str().to_owned()),
            prints: u32::try_from(head.prints).unwrap_or_default(),
            position,
            leaf_hash: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            verify_url: self.app.printing.public(&path),
        })
    }

    /// How the money came, in words: what kind of channel account, and its name in lists.
    fn method(&self, head: &PrintedHead) -> String {
        let account = self.app.directory.channel_account(self.asker.company, ChannelAccountId(head.channel_account_id));
        let provider = account.as_ref().and_then(|account| account.merchant.as_ref()).map(|merchant| merchant.provider);
        let kind = match (head.channel.0, provider) {
            (ChannelKind::Cash, _) => "现金",
            (ChannelKind::Bank, _) => "银行转账",
            (ChannelKind::Pos, _) => "刷卡",
            (ChannelKind::Online, Some(Provider::WechatPay)) => "微信支付",
            (ChannelKind::Online, Some(Provider::Alipay)) => "支付宝",
            (ChannelKind::Online, None) => "在线支付",
        };
        kind.to_owned()
    }
}

fn standing(head: &PrintedHead) -> Standing {
    match (head.status.0, &head.replaced_by) {
        (ReceiptStatus::Issued, _) => Standing::Valid,
        (ReceiptStatus::Replaced, Some(number)) => Standing::ReplacedBy(number.0.as_str().to_owned()),
        (ReceiptStatus::Replaced, None) | (ReceiptStatus::Reversed, _) => Standing::Reversed,
    }
}

fn line(line: PrintedLine) -> Result<Line, Problem> {
    let item = line.item.map(|item| item.0.as_str().to_owned());
    let item = match (line.part.map(|part| part.0), item) {
        (Some(Part::Principal), item) => item.unwrap_or_default(),
        (Some(Part::LateFee), item) => format!("{} 违约金", item.unwrap_or_default()).trim().to_owned(),
        (None, Some(item)) => format!("预存（{item}）"),
        (None, None) if line.fund.0 == Fund::Deposit => "押金".to_owned(),
        (None, None) => "预存款".to_owned(),
    };
    let service = line.service_from.zip(line.service_until);
    let service =
        service.map(|(from, until)| Ok::<_, Problem>((civil(from)?, civil(until)?.day_before()))).transpose()?;
    Ok(Line { item, unit: line.unit.map(|unit| unit.0.as_str().to_owned()), service, amount: Money::from(line.amount) })
}

pub(super) fn civil(day: chrono::NaiveDate) -> Result<CivilDate, Problem> {
    CivilDate::from_naive(day).map_err(|_| Problem::internal())
}
