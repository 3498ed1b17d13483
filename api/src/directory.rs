//! What every request needs to know of the installation and its companies: ledgers, staff and their roles, channel
//! accounts. A fold of those few ledgers, kept in memory and never older than a second or a local commit.
//!
//! May never happen here: a community's facts, personal data, or a decision. What a community's rule takes from here is an
//! argument of its command.

use crate::problem::Problem;
use mingzhang_domain::administrator::AdministratorEvent;
use mingzhang_domain::approval::Standing;
use mingzhang_domain::book::Purse;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::channel_account::{ChannelAccountEvent, ChannelKind, Merchant};
use mingzhang_domain::community::CommunityEvent;
use mingzhang_domain::company::{CompanyEvent, RoleLimitSet};
use mingzhang_domain::dated::Dated;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{ChannelAccountId, LedgerId, PersonId, StaffId, VaultItemId};
use mingzhang_domain::ledger::{LedgerClock, LedgerEvent, LedgerKind, LedgerPosition, Seen};
use mingzhang_domain::payment::Channel;
use mingzhang_domain::staff::{Role, Roles, StaffEvent};
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::{Code, Label};
use mingzhang_store::log;
use sqlx::PgPool;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;
use uuid::Uuid;

/// Events read at a time.
const CHUNK: u32 = 1000;

/// A ledger as its parent's log tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// Which.
    pub ledger_id: LedgerId,
    /// Its kind.
    pub kind: LedgerKind,
    /// Who created it; absent for the installation.
    pub parent: Option<LedgerId>,
    /// Short code.
    pub code: Code,
    /// Name.
    pub name: Label,
    /// The clock it began with.
    pub clock: LedgerClock,
    /// The event that created it; absent for the installation.
    pub created_by: Option<LedgerPosition>,
}

/// What stands on a company's documents besides its name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letterhead {
    /// Unified social credit code.
    pub social_credit_code: Option<Code>,
    /// Its stamp 印章, in the vault of its own ledger.
    pub stamp: Option<VaultItemId>,
}

/// A role, in one community or the whole company.
pub type Grant = (Role, Option<LedgerId>);

/// A channel account of a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelAccount {
    /// What kind it is.
    pub kind: ChannelKind,
    /// Whose money it takes.
    pub purse: Purse,
    /// Name in lists.
    pub label: Label,
    /// The merchant number that orders are paid to.
    pub merchant: Option<Merchant>,
    /// False when it takes no more money.
    pub open: bool,
    /// The company's event that said so last.
    pub seen: LedgerPosition,
}

impl ChannelAccount {
    /// As commands of money have it.
    pub fn channel(&self, id: ChannelAccountId) -> Channel {
        Channel { id, kind: self.kind, purse: self.purse, seen: vec![self.seen.into()] }
    }
}

/// A member of staff.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Colleague {
    /// Their roles.
    pub grants: Vec<Grant>,
    /// The person they are, where the company knows them as an owner or tenant too.
    pub person: Option<PersonId>,
}

/// The fold.
#[derive(Debug, Default, Clone)]
struct Fold {
    read: HashMap<LedgerId, u64>,
    ledgers: BTreeMap<LedgerId, Ledger>,
    opened: HashSet<LedgerId>,
    administrators: HashSet<Uuid>,
    letterheads: HashMap<LedgerId, Letterhead>,
    staff: HashMap<(LedgerId, StaffId), Colleague>,
    limits: BTreeMap<(LedgerId, Role), Dated<RoleLimitSet>>,
    channel_accounts: BTreeMap<(LedgerId, ChannelAccountId), ChannelAccount>,
}

/// The directory of this process.
#[derive(Debug)]
pub struct Directory {
    installation: LedgerId,
    pool: PgPool,
    fold: RwLock<Arc<Fold>>,
    /// Readings that were asked for.
    asked: AtomicU64,
    /// One reader at a time: two would fold the same events twice. Holds the last of the askings that a reading has served.
    reading: Mutex<u64>,
}

impl Directory {
    /// An empty directory on a pool that may read the log.
    pub fn new(installation: LedgerId, pool: PgPool) -> Self {
        Self { installation, pool, fold: RwLock::default(), asked: AtomicU64::new(0), reading: Mutex::default() }
    }

    /// The installation's ledger.
    pub fn installation(&self) -> LedgerId {
        self.installation
    }

    fn fold(&self) -> Arc<Fold> {
        Arc::clone(&self.fold.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads what is new in the installation's and the companies' ledgers. Whoever waited for a reader is served by the next
    /// reading together with all others that waited.
    ///
    /// # Errors
    /// 503 when the database is away or a ledger holds what this build does not know.
    pub async fn refresh(&self) -> Result<(), Problem> {
        let mine = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut served = self.reading.lock().await;
        if *served >= mine {
            return Ok(());
        }
        let asked = self.asked.load(Ordering::SeqCst);
        let mut conn = self.pool.acquire().await?;
        let mut fold = (*self.fold()).clone();
        let mut changed = read_ledger(&mut conn, &mut fold, self.installation).await?;
        let companies: Vec<_> = of_kind(&fold, LedgerKind::Company);
        let sizes = log::heads(&mut conn, &companies).await?;
        for (head, _) in sizes {
            if fold.read.get(&head.ledger_id).is_none_or(|read| *read < head.size()) {
                changed |= read_ledger(&mut conn, &mut fold, head.ledger_id).await?;
            }
        }
        if changed {
            *self.fold.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fold);
        }
        *served = asked;
        Ok(())
    }

    /// The ledger of that id, if it is known.
    pub fn ledger(&self, ledger: LedgerId) -> Option<Ledger> {
        self.fold().ledgers.get(&ledger).cloned()
    }

    /// The ledgers of a parent, by id.
    pub fn children(&self, parent: LedgerId) -> Vec<Ledger> {
        self.fold().ledgers.values().filter(|ledger| ledger.parent == Some(parent)).cloned().collect()
    }

    /// Ledgers that were created and of which this process has not seen that they are open.
    pub fn not_opened(&self) -> Vec<Ledger> {
        let fold = self.fold();
        fold.ledgers.values().filter(|ledger| !fold.opened.contains(&ledger.ledger_id)).cloned().collect()
    }

    /// Notes that a ledger is open.
    pub async fn opened(&self, ledger: LedgerId) {
        // A reader would put its own fold in the place of this one.
        let _reading = self.reading.lock().await;
        let mut fold = self.fold.write().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut fold).opened.insert(ledger);
    }

    /// Whether somebody is an administrator now.
    pub fn is_administrator(&self, id: Uuid) -> bool {
        self.fold().administrators.contains(&id)
    }

    /// The roles a member of staff has now; none once they have left.
    pub fn grants(&self, company: LedgerId, staff: StaffId) -> Vec<Grant> {
        self.fold().staff.get(&(company, staff)).map(|colleague| colleague.grants.clone()).unwrap_or_default()
    }

    /// The roles a member of staff has now in a community of the company.
    pub fn roles(&self, company: LedgerId, staff: StaffId, community: LedgerId) -> Roles {
        let grants = self.grants(company, staff);
        let here = |only: &Option<LedgerId>| only.is_none_or(|only| only == community);
        let held = grants.into_iter().filter(|(_, only)| here(only)).map(|(role, _)| role).collect();
        Roles { held, seen: vec![self.seen(company)] }
    }

    /// How far a member of staff decides about money in a community of the company on a day.
    pub fn standing(&self, company: LedgerId, staff: StaffId, community: LedgerId, day: CivilDate) -> Standing {
        let fold = self.fold();
        let roles = self.roles(company, staff, community).held;
        let limit = |role: &Role| fold.limits.get(&(company, *role))?.on(day);
        let limits: Vec<&RoleLimitSet> = roles.iter().filter_map(limit).collect();
        Standing {
            alone: limits.iter().map(|limit| limit.alone).max(),
            approves: limits.iter().filter_map(|limit| limit.approves).max(),
            person: fold.staff.get(&(company, staff)).and_then(|colleague| colleague.person),
            seen: Some(self.seen(company)),
        }
    }

    /// What stands on a company's documents besides its name.
    pub fn letterhead(&self, company: LedgerId) -> Letterhead {
        self.fold().letterheads.get(&company).cloned().unwrap_or_default()
    }

    /// The limits of a company's roles, by role and first day.
    pub fn limits(&self, company: LedgerId) -> Vec<RoleLimitSet> {
        let fold = self.fold();
        let of_company = fold.limits.iter().filter(|((of, _), _)| *of == company);
        of_company.flat_map(|(_, dated)| dated.iter().map(|(_, limit)| limit.clone())).collect()
    }

    /// Up to where a ledger of the directory has been read.
    fn seen(&self, ledger: LedgerId) -> Seen {
        LedgerPosition { ledger_id: ledger, position: self.position(ledger) }.into()
    }

    /// Whether a company has such a member of staff now.
    pub fn is_staff(&self, company: LedgerId, staff: StaffId) -> bool {
        self.fold().staff.contains_key(&(company, staff))
    }

    /// The present staff of a company, by id.
    pub fn staff(&self, company: LedgerId) -> Vec<(StaffId, Colleague)> {
        let mut staff: Vec<_> = self
            .fold()
            .staff
            .iter()
            .filter(|((of, _), _)| *of == company)
            .map(|((_, id), colleague)| (*id, colleague.clone()))
            .collect();
        staff.sort_unstable_by_key(|(id, _)| *id);
        staff
    }

    /// A channel account of a company.
    pub fn channel_account(&self, company: LedgerId, id: ChannelAccountId) -> Option<ChannelAccount> {
        self.fold().channel_accounts.get(&(company, id)).cloned()
    }

    /// Every channel account of a company, by id.
    pub fn channel_accounts(&self, company: LedgerId) -> Vec<(ChannelAccountId, ChannelAccount)> {
        let fold = self.fold();
        let of_company = fold.channel_accounts.iter().filter(|((of, _), _)| *of == company);
        of_company.map(|((_, id), account)| (*id, account.clone())).collect()
    }

    /// How far a ledger of the directory has been read.
    pub fn position(&self, ledger: LedgerId) -> u64 {
        self.fold().read.get(&ledger).copied().unwrap_or_default()
    }
}

fn of_kind(fold: &Fold, kind: LedgerKind) -> Vec<LedgerId> {
    fold.ledgers.values().filter(|ledger| ledger.kind == kind).map(|ledger| ledger.ledger_id).collect()
}

/// Folds the rest of one ledger; says whether there was any.
async fn read_ledger(conn: &mut sqlx::PgConnection, fold: &mut Fold, ledger: LedgerId) -> Result<bool, Problem> {
    let mut changed = false;
    loop {
        let after = fold.read.get(&ledger).copied().unwrap_or_default();
        let events = log::read_after(conn, ledger, after, CHUNK).await?;
        let Some(last) = events.last() else { return Ok(changed) };
        fold.read.insert(ledger, last.position);
        changed = true;
        for event in &events {
            let recorded = Recorded::from_body(&event.body).map_err(|error| {
                tracing::error!(%ledger, position = event.position, %error, "the directory met an event it does not know");
                Problem::halted().retry_after(60)
            })?;
            evolve(fold, &recorded);
        }
    }
}

/// Folds one event; what the directory does not tell of changes nothing.
fn evolve(fold: &mut Fold, recorded: &Recorded) {
    let (ledger, stream) = (recorded.ledger_id, recorded.stream.id);
    let seen = LedgerPosition { ledger_id: ledger, position: recorded.position };
    match &recorded.event {
        Event::Administrator(AdministratorEvent::AdministratorAppointed(_)) => {
            fold.administrators.insert(stream);
        }
        Event::Administrator(AdministratorEvent::AdministratorDismissed(_)) => {
            fold.administrators.remove(&stream);
        }
        Event::Company(CompanyEvent::CompanyCreated(created)) => {
            let (code, name) = (created.code.clone(), created.name.clone());
            insert_ledger(fold, created.company, LedgerKind::Company, seen, code, name, created.clock);
            fold.letterheads.entry(created.company).or_default().social_credit_code =
                created.social_credit_code.clone();
        }
        Event::Company(CompanyEvent::StampSet(set)) => {
            fold.letterheads.entry(ledger).or_default().stamp = set.picture;
        }
        Event::Company(CompanyEvent::RoleLimitSet(set)) => {
            fold.limits.entry((ledger, set.role)).or_default().set(set.from, set.clone());
        }
        Event::Community(CommunityEvent::CommunityCreated(created)) => {
            let (code, name) = (created.code.clone(), created.name.clone());
            insert_ledger(fold, created.community, LedgerKind::Community, seen, code, name, created.clock);
        }
        Event::Ledger(LedgerEvent::LedgerOpened(_)) => {
            fold.opened.insert(ledger);
        }
        Event::Staff(event) => evolve_staff(fold, (ledger, stream.into()), event),
        Event::ChannelAccount(event) => evolve_channel_account(fold, (ledger, stream.into()), seen, event),
        _ => {}
    }
}

fn insert_ledger(
    fold: &mut Fold,
    ledger_id: LedgerId,
    kind: LedgerKind,
    seen: LedgerPosition,
    code: Code,
    name: Label,
    clock: LedgerClock,
) {
    let (parent, created_by) = (Some(seen.ledger_id), Some(seen));
    fold.ledgers.insert(ledger_id, Ledger { ledger_id, kind, parent, code, name, clock, created_by });
}

fn evolve_staff(fold: &mut Fold, key: (LedgerId, StaffId), event: &StaffEvent) {
    match event {
        StaffEvent::StaffHired(hired) => {
            fold.staff.insert(key, Colleague { person: hired.person, grants: Vec::new() });
        }
        StaffEvent::StaffLinked(linked) => {
            if let Some(colleague) = fold.staff.get_mut(&key) {
                colleague.person = Some(linked.person);
            }
        }
        StaffEvent::RoleGranted(granted) => {
            if let Some(colleague) = fold.staff.get_mut(&key) {
                colleague.grants.push((granted.role, granted.community));
            }
        }
        StaffEvent::RoleRevoked(revoked) => {
            if let Some(colleague) = fold.staff.get_mut(&key) {
                colleague.grants.retain(|grant| *grant != (revoked.role, revoked.community));
            }
        }
        StaffEvent::StaffLeft(_) => {
            fold.staff.remove(&key);
        }
    }
}

fn evolve_channel_account(
    fold: &mut Fold,
    key: (LedgerId, ChannelAccountId),
    seen: LedgerPosition,
    event: &ChannelAccountEvent,
) {
    match event {
        ChannelAccountEvent::ChannelAccountOpened(opened) => {
            let (kind, purse, label) = (opened.kind, opened.purse, opened.label.clone());
            let merchant = opened.merchant.clone();
            fold.channel_accounts.insert(key, ChannelAccount { kind, purse, label, merchant, open: true, seen });
        }
        ChannelAccountEvent::ChannelAccountClosed(_) => {
            if let Some(account) = fold.channel_accounts.get_mut(&key) {
                account.open = false;
                account.seen = seen;
            }
        }
    }
}
