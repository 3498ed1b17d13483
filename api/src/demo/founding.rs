//! The company, its communities, its staff and its channel accounts.

use super::DemoError;
use super::desk::{Desk, Order, at, entity, staff};
use super::plan::{CommunityPlan, Scale};
use mingzhang_domain::approval::Standing;
use mingzhang_domain::book::Purse;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::channel_account::{ChannelKind, OpenChannelAccount};
use mingzhang_domain::community::{AllocationPolicy, CommunityEvent, CreateCommunity, GoLive, SetCommunityRules};
use mingzhang_domain::company::{CompanyEvent, CreateCompany, SetRoleLimit};
use mingzhang_domain::draft::Decide;
use mingzhang_domain::envelope::Actor;
use mingzhang_domain::id::{ChannelAccountId, CommandId, LedgerId, StaffId, VaultItemId};
use mingzhang_domain::ledger::{HandOverClock, LedgerClock, LedgerKind, LedgerPosition, OpenLedger, Seen};
use mingzhang_domain::money::Money;
use mingzhang_domain::payment::Channel;
use mingzhang_domain::staff::{GrantRole, HireStaff, Role, Roles};
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::{Code, Count};
use mingzhang_store::lane::{Accepted, Submission, SubmitError, Urgency};
use mingzhang_store::vault::{ItemKind, Personal, Plain};
use std::sync::Arc;
use uuid::Uuid;

/// Short code and name of the company.
pub(super) const COMPANY: (&str, &str) = ("MZDEMO", "明账演示物业服务有限公司");
/// Its unified social credit code: nobody's, under which the local gateway issues invoices.
const SELLER: &str = "91350100M000100Y43";

/// Up to which amount finance approves what others of it ask for.
const APPROVES_FEN: i64 = 5_000_000;

/// A member of the demo's staff.
#[derive(Debug, Clone, Copy)]
pub(super) struct Colleague {
    /// Sign-in name.
    pub(super) sign_in: &'static str,
    /// Name in the vault: invented.
    name: &'static str,
    /// What they may do in the whole company.
    pub(super) role: Role,
}

/// Everybody, in the order of hiring.
pub(super) const STAFF: [Colleague; 6] = [
    Colleague { sign_in: "finance", name: "程若溪", role: Role::Finance },
    Colleague { sign_in: "manager", name: "宋景恒", role: Role::Finance },
    Colleague { sign_in: "cashier", name: "余清岚", role: Role::Cashier },
    Colleague { sign_in: "service", name: "许心棠", role: Role::CustomerService },
    Colleague { sign_in: "repair", name: "魏川", role: Role::Maintenance },
    Colleague { sign_in: "auditor", name: "杜彦书", role: Role::Auditor },
];

/// The company once it stands.
#[derive(Debug, Clone)]
pub(super) struct Company {
    /// Its ledger.
    pub(super) ledger: LedgerId,
    /// The first billed month, as the first run settled it.
    pub(super) first_month: Month,
    /// Where the company's log grants each member of staff a role.
    roles: Vec<(&'static str, Roles)>,
    /// Where it says how far finance approves.
    limits: Seen,
    /// Its communities, as planned.
    pub(super) communities: Vec<Community>,
}

/// A community once it stands.
#[derive(Debug, Clone)]
pub(super) struct Community {
    /// Its ledger.
    pub(super) ledger: LedgerId,
    /// What was planned.
    pub(super) plan: CommunityPlan,
    /// The counter's cash box.
    pub(super) cash: Channel,
    /// The bank account.
    pub(super) bank: Channel,
    /// The card reader.
    pub(super) pos: Channel,
    /// The bank account of the maintenance fund, which is the owners' money.
    pub(super) fund: Channel,
}

impl Company {
    /// Who acts under a sign-in name.
    pub(super) fn actor(&self, sign_in: &str) -> Actor {
        staff(colleague(self.ledger, sign_in))
    }

    /// The roles of a member of staff, as the company's log says.
    pub(super) fn roles_of(&self, sign_in: &str) -> Roles {
        let found = self.roles.iter().find(|(name, _)| *name == sign_in);
        found.map(|(_, roles)| roles.clone()).unwrap_or_default()
    }

    /// How far the manager approves.
    pub(super) fn approver(&self) -> Standing {
        Standing { approves: Some(Money::from_fen(APPROVES_FEN)), seen: Some(self.limits), ..Standing::default() }
    }
}

/// The id of a member of staff.
pub(super) fn colleague(company: LedgerId, sign_in: &str) -> StaffId {
    entity(company, "staff", sign_in)
}

/// Founds everything, or finds that it was founded.
pub(super) struct Founder<'a> {
    pub(super) desk: &'a Desk,
    pub(super) installation: LedgerId,
    pub(super) administrator: Uuid,
    pub(super) first_month: Month,
}

impl Founder<'_> {
    /// The day of founding: a month before the first bills.
    fn day(&self) -> CivilDate {
        self.first_month.previous().first_day()
    }

    fn order(&self, ledger: LedgerId, key: &str, command: Arc<dyn Decide>) -> Order {
        let at = if ledger == self.installation { None } else { at(self.day(), 9, 0) };
        let (actor, personal) = (staff(self.administrator), Vec::new());
        Order { ledger, at, actor, key: key.to_owned(), command, personal }
    }

    /// Founds company, communities, staff and channel accounts.
    pub(super) async fn found(&self, scale: Scale) -> Result<Company, DemoError> {
        let ledger = self.company().await?;
        let roles = self.hire(ledger).await?;
        let limits = self.limits(ledger).await?;
        let mut company = Company { ledger, first_month: self.first_month, roles, limits, communities: Vec::new() };
        for plan in scale.communities() {
            let community = self.community(ledger, plan).await?;
            // Whatever an earlier run settled stays: this one may have begun in another month.
            company.first_month = self.rules(community.ledger, plan, company.first_month).await?;
            company.communities.push(community);
        }
        Ok(company)
    }

    /// The company lives by the system's clock from now on, like its communities.
    pub(super) async fn hand_over(&self, company: LedgerId) -> Result<(), DemoError> {
        self.desk.done(self.order(company, "demo", Arc::new(HandOverClock))).await.map(|_| ())
    }

    async fn company(&self) -> Result<LedgerId, DemoError> {
        let (code, name) = COMPANY;
        let create = CreateCompany {
            code: code.parse()?,
            name: name.parse()?,
            social_credit_code: Some(SELLER.parse()?),
            clock: LedgerClock::Given,
        };
        let created = self.desk.done(self.order(self.installation, code, Arc::new(create))).await?;
        for event in created.events.iter() {
            if let Event::Company(CompanyEvent::CompanyCreated(company)) = &event.event {
                let by = LedgerPosition { ledger_id: self.installation, position: event.position };
                self.open(company.company, LedgerKind::Company, &company.code, by).await?;
                return Ok(company.company);
            }
        }
        Err(DemoError::Story("a company was created without a fact that says so"))
    }

    async fn community(&self, company: LedgerId, plan: CommunityPlan) -> Result<Community, DemoError> {
        let create = CreateCommunity { code: plan.code.parse()?, name: plan.name.parse()?, clock: LedgerClock::Given };
        let created = self.desk.done(self.order(company, plan.code, Arc::new(create))).await?;
        let mut found = None;
        for event in created.events.iter() {
            if let Event::Community(CommunityEvent::CommunityCreated(community)) = &event.event {
                found = Some((community.community, LedgerPosition { ledger_id: company, position: event.position }));
            }
        }
        let Some((ledger, by)) = found else {
            return Err(DemoError::Story("a community was created without a fact that says so"));
        };
        self.open(ledger, LedgerKind::Community, &plan.code.parse()?, by).await?;
        let (own, owners) = (Purse::Company, Purse::MaintenanceFund);
        let cash = self.channel(company, plan, (ChannelKind::Cash, own), "现金柜台").await?;
        let bank = self.channel(company, plan, (ChannelKind::Bank, own), "基本户").await?;
        let pos = self.channel(company, plan, (ChannelKind::Pos, own), "POS机").await?;
        let fund = self.channel(company, plan, (ChannelKind::Bank, owners), "维修资金专户").await?;
        Ok(Community { ledger, plan, cash, bank, pos, fund })
    }

    /// Opens a ledger under the same command id as the server's own worker: whoever comes first has done it.
    async fn open(
        &self,
        ledger: LedgerId,
        kind: LedgerKind,
        code: &Code,
        created_by: LedgerPosition,
    ) -> Result<(), DemoError> {
        self.desk.app.lanes.create_log(ledger).await.map_err(opening)?;
        let open = OpenLedger {
            kind,
            parent: Some(created_by.ledger_id),
            code: code.clone(),
            clock: LedgerClock::Given,
            created_by: Some(created_by),
        };
        let submission = Submission {
            ledger_id: ledger,
            command_id: CommandId::from_natural(ledger, "open_ledger", &[]),
            correlation_id: None,
            causation_id: None,
            actor: Actor { kind: mingzhang_domain::envelope::ActorKind::Service, id: Uuid::nil() },
            request_digest: [0; 32],
            command: Arc::new(open),
            vault: Vec::new(),
            given_at: at(self.day(), 9, 0),
            urgency: Urgency::Interactive,
        };
        match self.desk.app.lanes.submit(submission).await {
            Ok(_) | Err(SubmitError::Refused { .. }) => Ok(()),
            Err(error) => Err(opening(error)),
        }
    }

    /// Finance decides nothing alone, and one of it approves what the other asks for.
    async fn limits(&self, company: LedgerId) -> Result<Seen, DemoError> {
        let (role, from, alone) = (Role::Finance, self.day(), Money::ZERO);
        let set = SetRoleLimit { role, from, alone, approves: Some(Money::from_fen(APPROVES_FEN)) };
        let set = self.desk.done(self.order(company, "finance", Arc::new(set))).await?;
        Ok(LedgerPosition { ledger_id: company, position: set.last_position }.into())
    }

    async fn hire(&self, company: LedgerId) -> Result<Vec<(&'static str, Roles)>, DemoError> {
        let mut roles = Vec::new();
        for colleague in STAFF {
            let id: StaffId = self::colleague(company, colleague.sign_in);
            let item: VaultItemId = entity(company, "staff_name", colleague.sign_in);
            let text = Personal::from(colleague.name.to_owned());
            let name = Plain { item_id: item, subject_id: id.uuid(), kind: ItemKind::Name, text };
            let hire =
                self.order(company, colleague.sign_in, Arc::new(HireStaff { staff: id, name: item, person: None }));
            self.desk.done(Order { personal: vec![name], ..hire }).await?;
            let grant = GrantRole { staff: id, role: colleague.role, community: None };
            let granted = self.desk.done(self.order(company, colleague.sign_in, Arc::new(grant))).await?;
            let seen = LedgerPosition { ledger_id: company, position: granted.last_position };
            roles.push((colleague.sign_in, Roles { held: vec![colleague.role], seen: vec![seen.into()] }));
        }
        Ok(roles)
    }

    async fn channel(
        &self,
        company: LedgerId,
        plan: CommunityPlan,
        (kind, purse): (ChannelKind, Purse),
        label: &str,
    ) -> Result<Channel, DemoError> {
        let key = format!("{}-{}-{}", plan.code, kind.as_str(), purse.as_str());
        let id: ChannelAccountId = entity(company, "channel_account", &key);
        let label = format!("{}{label}", plan.name).parse()?;
        let open = OpenChannelAccount { channel_account: id, kind, purse, label, merchant: None };
        let opened = self.desk.done(self.order(company, &key, Arc::new(open))).await?;
        let seen = vec![LedgerPosition { ledger_id: company, position: opened.last_position }.into()];
        Ok(Channel { id, kind, purse, seen })
    }

    async fn rules(&self, community: LedgerId, plan: CommunityPlan, first_month: Month) -> Result<Month, DemoError> {
        let rules = SetCommunityRules {
            allocation_policy: AllocationPolicy::PrincipalFirst,
            notice_days: Count(10),
            late_fee_ceiling: None,
            bill_runs_need_approval: false,
            cash_rounding_limit: None,
        };
        self.desk.done(self.order(community, "rules", Arc::new(rules))).await?;
        let live = GoLive { go_live_on: plan.go_live_on(first_month) };
        let said: Accepted = self.desk.done(self.order(community, "go_live", Arc::new(live))).await?;
        let settled = said.events.iter().find_map(|event| match &event.event {
            Event::Community(CommunityEvent::CommunityWentLive(live)) => Some(live.go_live_on),
            _ => None,
        });
        Ok(settled.map_or(first_month, CivilDate::month))
    }
}

fn opening(error: SubmitError) -> DemoError {
    DemoError::Submit { operation: "open_ledger", error }
}
