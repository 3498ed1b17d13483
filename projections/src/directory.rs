//! The directory: ledgers, companies, communities with their rules, channel accounts.

use crate::column::{Amount, Text, count, day};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::book::Purse;
use mingzhang_domain::channel_account::{ChannelAccountEvent, ChannelKind};
use mingzhang_domain::community::{AllocationPolicy, CommunityEvent};
use mingzhang_domain::company::CompanyEvent;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::ledger::{LedgerClock, LedgerEvent, LedgerKind};
use mingzhang_domain::value::{Code, Label};
use uuid::Uuid;

table! {
    /// What the ledger is; one row.
    pub struct Ledger of "ledger" {
        key {
            /// The ledger's stream about itself.
            stream_id: Uuid,
        }
        /// Installation, company or community.
        kind: Text<LedgerKind>,
        /// The ledger that created it.
        parent_ledger_id: Option<Uuid>,
        /// Short code for numbers that leave us.
        code: Text<Code>,
        /// Whose clock it lives by now.
        clock: Text<LedgerClock>,
    }
}

table! {
    /// A company of the installation.
    pub struct Company of "company" {
        key {
            /// Its ledger.
            company_id: Uuid,
        }
        /// Short code.
        code: Text<Code>,
        /// Name.
        name: Text<Label>,
        /// Unified social credit code.
        social_credit_code: Option<Text<Code>>,
    }
}

table! {
    /// A community of the company.
    pub struct Community of "community" {
        key {
            /// Its ledger.
            community_id: Uuid,
        }
        /// Short code.
        code: Text<Code>,
        /// Name.
        name: Text<Label>,
    }
}

table! {
    /// A value of units that the community defined.
    pub struct AttributeDefinition of "attribute_definition" {
        key {
            /// Its name in formulas.
            name: String,
        }
        /// How people call it.
        label: Text<Label>,
    }
}

table! {
    /// How the community of this ledger allocates money and gives notice; one row.
    pub struct CommunityRules of "community_rules" {
        key {
            /// The community's stream.
            stream_id: Uuid,
        }
        /// Order of principal and late fee.
        allocation_policy: Text<AllocationPolicy>,
        /// Days between publication and due date at least.
        notice_days: i32,
        /// First day that is billed here.
        go_live_on: Option<NaiveDate>,
        /// Bill runs are drafted, and posted on another's word.
        bill_runs_need_approval: bool,
        /// So much of a payment in cash may be let go at most; 0.00: nothing.
        cash_rounding_limit: Amount,
    }
}

table! {
    /// A channel account of the company.
    pub struct ChannelAccount of "channel_account" {
        key {
            /// The channel account.
            channel_account_id: Uuid,
        }
        /// What kind it is.
        kind: Text<ChannelKind>,
        /// The purse whose money it takes.
        purse: Text<Purse>,
        /// Name in lists.
        label: Text<Label>,
        /// It takes money.
        open: bool,
    }
}

/// Folds a fact of the ledger itself.
pub(crate) fn fold_ledger(fact: &LedgerEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        LedgerEvent::LedgerOpened(opened) => models.ledger.insert(Ledger {
            stream_id: event.stream.id,
            kind: Text(opened.kind),
            parent_ledger_id: opened.parent.map(|ledger| ledger.uuid()),
            code: Text(opened.code.clone()),
            clock: Text(opened.clock),
        }),
        // The child's code stands in the row of the company or community that has it.
        LedgerEvent::ChildCodeTaken(_) => {}
        LedgerEvent::ClockHandedOver(_) => {
            let ledger = models.ledger.get_mut(&(event.stream.id,));
            ledger.ok_or(FoldError("a fact about a ledger that was never opened"))?.clock = Text(LedgerClock::System);
        }
    }
    Ok(())
}

/// Folds a fact of a company.
pub(crate) fn fold_company(fact: &CompanyEvent, models: &mut Models) {
    match fact {
        CompanyEvent::CompanyCreated(created) => models.company.insert(Company {
            company_id: created.company.uuid(),
            code: Text(created.code.clone()),
            name: Text(created.name.clone()),
            social_credit_code: created.social_credit_code.clone().map(Text),
        }),
        // Limits are arguments of commands: whoever makes them reads the company's log.
        CompanyEvent::RoleLimitSet(_) | CompanyEvent::StampSet(_) => {}
    }
}

/// Folds a fact of a community.
pub(crate) fn fold_community(fact: &CommunityEvent, event: &Recorded, models: &mut Models) {
    match fact {
        CommunityEvent::CommunityCreated(created) => models.community.insert(Community {
            community_id: created.community.uuid(),
            code: Text(created.code.clone()),
            name: Text(created.name.clone()),
        }),
        CommunityEvent::CommunityRulesSet(set) => {
            let rules = rules(event.stream.id, models);
            rules.allocation_policy = Text(set.allocation_policy);
            rules.notice_days = count(set.notice_days);
            rules.go_live_on = set.go_live_on.map(day).or(rules.go_live_on);
            rules.bill_runs_need_approval = set.bill_runs_need_approval.unwrap_or(false);
            rules.cash_rounding_limit = set.cash_rounding_limit.unwrap_or_default().into();
        }
        CommunityEvent::CommunityWentLive(live) => {
            rules(event.stream.id, models).go_live_on = Some(day(live.go_live_on));
        }
        CommunityEvent::UnitAttributeDefined(defined) => models
            .attribute_definition
            .insert(AttributeDefinition { name: defined.name.to_string(), label: Text(defined.label.clone()) }),
        // What paying late costs, and what is far from a meter's history, is read from the stream itself.
        CommunityEvent::LateFeePolicySet(_) | CommunityEvent::MeterCheckSet(_) | CommunityEvent::FeeBundleSet(_) => {}
    }
}

/// The rules of the community: what holds until they are set, if they are not.
fn rules(stream_id: Uuid, models: &mut Models) -> &mut CommunityRules {
    models.community_rules.get_or(&(stream_id,), || CommunityRules {
        stream_id,
        allocation_policy: Text(AllocationPolicy::PrincipalFirst),
        notice_days: 0,
        go_live_on: None,
        bill_runs_need_approval: false,
        cash_rounding_limit: Amount::ZERO,
    })
}

/// Folds a fact of a channel account.
pub(crate) fn fold_channel_account(
    fact: &ChannelAccountEvent,
    event: &Recorded,
    models: &mut Models,
) -> Result<(), FoldError> {
    match fact {
        ChannelAccountEvent::ChannelAccountOpened(opened) => models.channel_account.insert(ChannelAccount {
            channel_account_id: event.stream.id,
            kind: Text(opened.kind),
            purse: Text(opened.purse),
            label: Text(opened.label.clone()),
            open: true,
        }),
        ChannelAccountEvent::ChannelAccountClosed(_) => {
            let row = models.channel_account.get_mut(&(event.stream.id,));
            row.ok_or(FoldError("a fact about a channel account that was never opened"))?.open = false;
        }
    }
    Ok(())
}

impl Reader {
    /// What the ledger is.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn ledger(&self, ledger: LedgerId) -> Result<Read<Option<Ledger>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(Ledger, "sql/ledger.sql", s.ledger, s.generation);
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// The companies of the installation; `after` is an id.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn companies(&self, ledger: LedgerId, ask: Ask<Uuid>) -> Result<Read<Page<Company>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    Company,
                    "sql/companies.sql",
                    s.ledger,
                    s.generation,
                    ask.after.unwrap_or_default(),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// The communities of a company; `after` is an id.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn communities(&self, ledger: LedgerId, ask: Ask<Uuid>) -> Result<Read<Page<Community>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    Community,
                    "sql/communities.sql",
                    s.ledger,
                    s.generation,
                    ask.after.unwrap_or_default(),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// The attributes of units that the community defined, by name.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn attribute_definitions(&self, ledger: LedgerId) -> Result<Read<Vec<AttributeDefinition>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows =
                    sqlx::query_file_as!(AttributeDefinition, "sql/attribute_definitions.sql", s.ledger, s.generation);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// The rules of the community.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn community_rules(&self, ledger: LedgerId) -> Result<Read<Option<CommunityRules>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(CommunityRules, "sql/community_rules.sql", s.ledger, s.generation);
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// The channel accounts of the company.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn channel_accounts(&self, ledger: LedgerId) -> Result<Read<Vec<ChannelAccount>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(ChannelAccount, "sql/channel_accounts.sql", s.ledger, s.generation);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }
}
