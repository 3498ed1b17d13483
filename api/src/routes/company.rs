//! Companies, communities and channel accounts.

use crate::app::App;
use crate::body::{Field, NonNegative, bodies};
use crate::command::commands;
use crate::directory::{ChannelAccount, Ledger};
use crate::endpoint::Parameter;
use crate::ids::mint;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply, page, page_parameters, page_schema};
use crate::stamp::Picture;
use mingzhang_domain::book::Purse;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::channel_account::{ChannelKind, Merchant, Provider};
use mingzhang_domain::community::AllocationPolicy;
use mingzhang_domain::id::{ChannelAccountId, LedgerId};
use mingzhang_domain::ledger::LedgerClock;
use mingzhang_domain::staff::Role;
use mingzhang_domain::value::{Code, Count, Exact, Label, Variable};
use mingzhang_domain::{channel_account, community, company, ledger};
use mingzhang_store::vault::ItemKind;
use serde_json::{Value, json};
use std::sync::Arc;

bodies! {
    /// A merchant number 商户号 at a provider.
    pub struct MerchantBody {
        /// The provider.
        pub provider: Provider,
        /// `mchid` of WeChat Pay, the seller's id of Alipay.
        pub number: Code,
        /// The merchant of a service provider: `sub_mchid`; then `number` is the service provider's.
        pub sub_number: Option<Code>,
    }
}

impl From<MerchantBody> for Merchant {
    fn from(body: MerchantBody) -> Self {
        Self { provider: body.provider, number: body.number, sub_number: body.sub_number }
    }
}

commands! {
    /// Creates a company and opens its ledger.
    pub CreateCompany(CreateCompanyBody) = "create_company" |call, body| {
        /// Short code, unique in the installation.
        code: Code,
        /// Name of the company.
        name: Label,
        /// Unified social credit code.
        social_credit_code: Option<Code>,
        /// `given` only for demo and tests: every command then names its instant.
        clock: Option<LedgerClock>,
    } => company::CreateCompany {
        code: body.code,
        name: body.name,
        social_credit_code: body.social_credit_code,
        clock: body.clock.unwrap_or(LedgerClock::System),
    };

    /// Creates a community of the company and opens its ledger.
    pub CreateCommunity(CreateCommunityBody) = "create_community" |call, body| {
        /// Short code, unique in the company; part of receipt numbers.
        code: Code,
        /// Name of the community.
        name: Label,
        /// `given` only for demo and tests: every command then names its instant.
        clock: Option<LedgerClock>,
    } => community::CreateCommunity {
        code: body.code,
        name: body.name,
        clock: body.clock.unwrap_or(LedgerClock::System),
    };

    /// Sets how the community allocates money and gives notice, from now on.
    pub SetCommunityRules(SetCommunityRulesBody) = "set_community_rules" |call, body| {
        /// Order of principal and late fee.
        allocation_policy: AllocationPolicy,
        /// Days between publication and due date at least, 0–365.
        notice_days: Count,
        /// The highest daily rate that a late-fee policy may have, 0–0.01; 0.001 when absent.
        late_fee_ceiling: Option<Exact>,
        /// Bill runs are drafted, and posted on another's word; not when absent.
        bill_runs_need_approval: Option<bool>,
        /// So much of a payment in cash may be let go at most 抹零, up to 0.99; nothing when absent.
        cash_rounding_limit: Option<NonNegative>,
    } => community::SetCommunityRules {
        allocation_policy: body.allocation_policy,
        notice_days: body.notice_days,
        late_fee_ceiling: body.late_fee_ceiling,
        bill_runs_need_approval: body.bill_runs_need_approval.unwrap_or(false),
        cash_rounding_limit: body.cash_rounding_limit.map(|limit| limit.0),
    };

    /// Defines a value of units that prices may rest on; its name stays.
    pub DefineUnitAttribute(DefineUnitAttributeBody) = "define_unit_attribute" |call, body| {
        /// How formulas call it.
        name: Variable,
        /// How people call it.
        label: Label,
    } => community::DefineUnitAttribute { name: body.name, label: body.label };

    /// The community's ledger lives by the system's clock from now on.
    pub HandOverClock(HandOverClockBody) = "hand_over_clock" |call, body| {} => ledger::HandOverClock;

    /// Sets how far a role decides about money in the whole company, from a day on.
    pub SetRoleLimit(SetRoleLimitBody) = "set_role_limit" |call, body| {
        /// Finance or customer service.
        role: Role,
        /// First day, not before today.
        from: CivilDate,
        /// Up to which amount it decides alone; `0.00`: about nothing.
        alone: NonNegative,
        /// Up to which amount it approves what others ask for; absent: it approves nothing.
        approves: Option<NonNegative>,
    } => company::SetRoleLimit {
        role: body.role,
        from: body.from,
        alone: body.alone.0,
        approves: body.approves.map(|amount| amount.0),
    };

    /// Sets the stamp that is laid over the company's signature on documents, or takes it away.
    pub SetStamp(SetStampBody) = "set_stamp" |call, body| {
        /// PNG as base64, 64 to 1,024 pixels on each side; absent: no stamp any more.
        picture: Option<Picture>,
    } => company::SetStamp {
        picture: body.picture.map(|picture| call.seal(call.ledger, ItemKind::Stamp, &picture.text())),
    };

    /// Opens a cash box, bank account, POS or merchant number.
    pub OpenChannelAccount(OpenChannelAccountBody) = "open_channel_account" |call, body| {
        /// What kind it is.
        kind: ChannelKind,
        /// The one purse whose money it takes.
        purse: Purse,
        /// Name in lists.
        label: Label,
        /// The merchant number that payment orders are paid to; only of an online one.
        merchant: Option<MerchantBody>,
    } => channel_account::OpenChannelAccount {
        channel_account: mint(),
        kind: body.kind,
        purse: body.purse,
        label: body.label,
        merchant: body.merchant.map(Merchant::from),
    };

    /// The channel account takes no more money.
    pub CloseChannelAccount(CloseChannelAccountBody) = "close_channel_account" |call, body| {
    } => channel_account::CloseChannelAccount { channel_account: call.id("channel_account")? };
}

/// Lets a read of the directory wait until it reflects a position: it reads on, and says what it has.
pub(super) async fn directory_at(app: &App, ledger: LedgerId, at_least: Option<u64>) -> Result<u64, Problem> {
    if let Some(wanted) = at_least
        && app.directory.position(ledger) < wanted
    {
        app.directory.refresh().await?;
        if app.directory.position(ledger) < wanted {
            return Err(Problem::position_beyond_head());
        }
    }
    Ok(app.directory.position(ledger))
}

fn ledger_schema() -> Value {
    json!({
        "type": "object",
        "required": ["ledger_id", "code", "name", "clock"],
        "properties": {
            "ledger_id": LedgerId::schema(),
            "code": {"type": "string"},
            "name": {"type": "string"},
            "clock": LedgerClock::schema(),
        },
    })
}

fn show_ledger(ledger: &Ledger) -> Value {
    json!({
        "ledger_id": ledger.ledger_id.to_string(),
        "code": ledger.code.as_str(),
        "name": ledger.name.as_str(),
        "clock": ledger.clock.as_str(),
    })
}

/// One page of ledgers under a parent that the caller may see.
async fn ledgers_page(app: &App, mut ask: Ask, only: Option<LedgerId>) -> Result<Reply, Problem> {
    let asked = ask.parameters.take_page()?;
    ask.parameters.finish()?;
    let position = directory_at(app, ask.ledger, ask.at_least).await?;
    let after = asked.after::<uuid::Uuid>()?.map(LedgerId);
    let mut items = app.directory.children(ask.ledger);
    items.retain(|ledger| after.is_none_or(|after| ledger.ledger_id > after));
    items.retain(|ledger| only.is_none_or(|only| ledger.ledger_id == only));
    Ok(Reply { body: page(&asked, items, |ledger| ledger.ledger_id.to_string(), show_ledger), position })
}

/// Lists the companies of the installation; a member of staff sees their own.
#[derive(Debug)]
pub struct ListCompanies;

impl Query for ListCompanies {
    const OPERATION: &'static str = "list_companies";
    const WAITS_BY_ITSELF: bool = true;
    const SUMMARY: &'static str = "Lists the companies of the installation; a member of staff sees their own.";
    fn parameters() -> Vec<Parameter> {
        page_parameters()
    }
    fn answer() -> Value {
        page_schema(ledger_schema())
    }
    async fn read(app: Arc<App>, ask: Ask) -> Result<Reply, Problem> {
        let own = ask.caller.map(|caller| caller.ledger_id).filter(|ledger| *ledger != app.directory.installation());
        ledgers_page(&app, ask, own).await
    }
}

/// Lists the communities of a company.
#[derive(Debug)]
pub struct ListCommunities;

impl Query for ListCommunities {
    const OPERATION: &'static str = "list_communities";
    const WAITS_BY_ITSELF: bool = true;
    const SUMMARY: &'static str = "Lists the communities of a company.";
    fn parameters() -> Vec<Parameter> {
        page_parameters()
    }
    fn answer() -> Value {
        page_schema(ledger_schema())
    }
    async fn read(app: Arc<App>, ask: Ask) -> Result<Reply, Problem> {
        ledgers_page(&app, ask, None).await
    }
}

/// Lists how far the roles of a company decide about money, with those limits that begin later.
#[derive(Debug)]
pub struct ListRoleLimits;

impl Query for ListRoleLimits {
    const OPERATION: &'static str = "list_role_limits";
    const WAITS_BY_ITSELF: bool = true;
    const SUMMARY: &'static str =
        "Lists how far the roles of a company decide about money, with those limits that begin later.";
    fn parameters() -> Vec<Parameter> {
        page_parameters()
    }
    fn answer() -> Value {
        page_schema(json!({
            "type": "object",
            "required": ["role", "from", "alone"],
            "properties": {
                "role": Role::schema(),
                "from": CivilDate::schema(),
                "alone": NonNegative::schema(),
                "approves": NonNegative::schema(),
            },
        }))
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let asked = ask.parameters.take_page()?;
        ask.parameters.finish()?;
        let position = directory_at(&app, ask.ledger, ask.at_least).await?;
        let after: Option<usize> = asked.after()?;
        let mut items: Vec<_> = app.directory.limits(ask.ledger).into_iter().enumerate().collect();
        items.retain(|(index, _)| after.is_none_or(|after| *index > after));
        let show = |(_, limit): &(usize, company::RoleLimitSet)| json!(limit);
        Ok(Reply { body: page(&asked, items, |(index, _)| index.to_string(), show), position })
    }
}

/// Lists the channel accounts of a company.
#[derive(Debug)]
pub struct ListChannelAccounts;

impl Query for ListChannelAccounts {
    const OPERATION: &'static str = "list_channel_accounts";
    const WAITS_BY_ITSELF: bool = true;
    const SUMMARY: &'static str = "Lists the channel accounts of a company.";
    fn parameters() -> Vec<Parameter> {
        page_parameters()
    }
    fn answer() -> Value {
        page_schema(json!({
            "type": "object",
            "required": ["channel_account", "kind", "purse", "label", "open"],
            "properties": {
                "channel_account": ChannelAccountId::schema(),
                "kind": ChannelKind::schema(),
                "purse": Purse::schema(),
                "label": {"type": "string"},
                "merchant": MerchantBody::schema(),
                "open": {"type": "boolean"},
            },
        }))
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let asked = ask.parameters.take_page()?;
        ask.parameters.finish()?;
        let position = directory_at(&app, ask.ledger, ask.at_least).await?;
        let after = asked.after::<uuid::Uuid>()?.map(ChannelAccountId);
        let mut items = app.directory.channel_accounts(ask.ledger);
        items.retain(|(id, _)| after.is_none_or(|after| *id > after));
        let show = |(id, account): &(ChannelAccountId, ChannelAccount)| {
            let mut shown = json!({
                "channel_account": id.to_string(),
                "kind": account.kind.as_str(),
                "purse": account.purse.as_str(),
                "label": account.label.as_str(),
                "open": account.open,
            });
            if let Some(merchant) = &account.merchant {
                shown["merchant"] = json!(merchant);
            }
            shown
        };
        Ok(Reply { body: page(&asked, items, |(id, _)| id.to_string(), show), position })
    }
}
