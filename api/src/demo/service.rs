//! Work orders through their lives, and reminders to who has not paid.

use super::DemoError;
use super::desk::{Order, entity};
use super::founding::colleague;
use super::months::Story;
use super::plan::dice;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::draft::Decide;
use mingzhang_domain::dunning::{ReminderChannel, SendReminder};
use mingzhang_domain::id::{AccountId, FeeItemId, PersonId, UnitId, VaultItemId, WorkOrderId};
use mingzhang_domain::money::Money;
use mingzhang_domain::value::Count;
use mingzhang_domain::work_order::{
    AcceptQuotation, AcceptWorkOrder, AssignWorkOrder, Assignee, CancelWorkOrder, ChargeWorkOrder, CloseWorkOrder,
    CompleteWork, Deadlines, Material, OfferQuotation, Priority, RateWorkOrder, ReassignWorkOrder, RejectWorkOrder,
    ReopenWorkOrder, ResumeWork, StartWork, SubmitWorkOrder, SuspendWork, WorkOrderKind,
};
use mingzhang_store::vault::{ItemKind, Personal, Plain};
use std::sync::Arc;

/// The fee item of paid repairs, by its key.
pub(super) const REPAIR_ITEM: &str = "repair";
/// The day of the month on which who has not paid is reminded.
pub(super) const REMINDER_DAY: u32 = 28;
/// Days in which finished work may be reopened.
const REOPEN_DAYS: Count = Count(7);

/// A step of a work order's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    Accept,
    Reject,
    Cancel,
    Assign,
    Reassign,
    Offer,
    Agree,
    Start,
    Suspend,
    Resume,
    Complete,
    Charge,
    Reopen,
    Rate,
    Close,
}

use Move::{
    Accept, Agree, Assign, Cancel, Charge, Close, Complete, Offer, Rate, Reassign, Reject, Reopen, Resume, Start,
    Suspend,
};

/// What is reported, and what becomes of it.
struct Life {
    kind: WorkOrderKind,
    category: &'static str,
    text: &'static str,
    priority: Priority,
    moves: &'static [Move],
}

const LIVES: [Life; 6] = [
    Life {
        kind: WorkOrderKind::Repair,
        category: "公共照明",
        text: "楼道感应灯不亮",
        priority: Priority::Normal,
        moves: &[Accept, Assign, Start, Complete, Rate, Close],
    },
    Life {
        kind: WorkOrderKind::PaidRepair,
        category: "入户水管",
        text: "厨房水管接头渗水，请更换",
        priority: Priority::High,
        moves: &[Accept, Assign, Offer, Agree, Start, Complete, Charge, Rate, Close],
    },
    Life {
        kind: WorkOrderKind::Complaint,
        category: "噪音",
        text: "夜间装修噪音",
        priority: Priority::High,
        moves: &[Accept, Assign, Reassign, Start, Suspend, Resume, Complete, Reopen, Assign, Start, Complete, Close],
    },
    Life {
        kind: WorkOrderKind::Suggestion,
        category: "绿化",
        text: "希望增加长椅",
        priority: Priority::Low,
        moves: &[Reject],
    },
    Life {
        kind: WorkOrderKind::Repair,
        category: "门禁",
        text: "单元门禁刷卡无反应",
        priority: Priority::Urgent,
        moves: &[Accept, Cancel],
    },
    Life {
        kind: WorkOrderKind::Repair,
        category: "电梯",
        text: "电梯运行有异响",
        priority: Priority::Urgent,
        moves: &[Accept, Assign, Start],
    },
];

/// A work order on its way.
pub(super) struct Job {
    key: String,
    order: WorkOrderId,
    /// Sign-in name of whom it is assigned to.
    doer: &'static str,
    moves: &'static [Move],
    done: usize,
}

impl Story<'_> {
    /// Reports what is to be done in a month.
    pub(super) async fn report(&mut self, index: u32, month: Month) -> Result<Vec<Job>, DemoError> {
        let owners: Vec<(String, UnitId)> = self.estate.payers.iter().filter_map(owner).collect();
        let many = self.community.plan.residences / 80 + 2;
        let (day, mut orders, mut lives) = (self.begin(month).plus_days(1), Vec::new(), Vec::new());
        for n in 0..many {
            let key = format!("{month}-{n}");
            let chosen = usize::try_from(dice(6, &["life", &key])).unwrap_or(0);
            // A refund of this month must find its credit: a repair's charge would draw it down.
            let chosen = if chosen == 1 && index % 12 == 3 { 0 } else { chosen };
            let from = dice(u64::try_from(owners.len()).unwrap_or(1), &["reporter", &key]);
            let reporter = usize::try_from(from).ok().and_then(|place| owners.get(place));
            let (Some(life), Some((owner, unit))) = (LIVES.get(chosen), reporter) else { continue };
            orders.push(self.submission(day, &key, life, owner, *unit)?);
            lives.push((key, life.moves));
        }
        let submitted = self.all(orders).await?;
        let job = |((key, moves), accepted): ((String, &'static [Move]), &mingzhang_store::lane::Accepted)| {
            let order = WorkOrderId(accepted.events.first()?.stream.id);
            Some(Job { key, order, doer: "repair", moves, done: 0 })
        };
        Ok(lives.into_iter().zip(&submitted).filter_map(job).collect())
    }

    fn submission(
        &self,
        day: CivilDate,
        key: &str,
        life: &Life,
        owner: &str,
        unit: UnitId,
    ) -> Result<Order, DemoError> {
        let reporter = self.estate.owners.get(owner).copied();
        let reporter: PersonId = reporter.ok_or(DemoError::Story("an owner is nobody"))?;
        let item_id: VaultItemId = entity(self.community.ledger, "work_order_text", key);
        let text = Personal::from(life.text.to_owned());
        let plain = Plain { item_id, subject_id: reporter.uuid(), kind: ItemKind::Text, text };
        let submit = SubmitWorkOrder {
            kind: life.kind,
            category: life.category.parse()?,
            priority: life.priority,
            unit: Some(unit),
            place: None,
            reporter: Some(reporter),
            description: Some(item_id),
            media: Vec::new(),
        };
        Ok(Order { personal: vec![plain], ..self.order(day, 9, key, "service", Arc::new(submit)) })
    }

    /// Every second day each work order takes its next step.
    pub(super) async fn work(&mut self, day: CivilDate, jobs: &mut [Job]) -> Result<(), DemoError> {
        if day.day() < 3 || day.day().is_multiple_of(2) {
            return Ok(());
        }
        let mut orders = Vec::new();
        for job in jobs {
            let Some(step) = job.moves.get(job.done) else { continue };
            if *step == Assign {
                job.doer = "repair";
            }
            if *step == Reassign {
                job.doer = "service";
            }
            let key = format!("{}-{}", job.key, job.done);
            let by = if matches!(step, Start | Complete) { job.doer } else { "service" };
            orders.push(self.order(day, 13, key, by, self.step(*step, job)?));
            job.done = job.done.saturating_add(1);
        }
        self.all(orders).await.map(|_| ())
    }

    fn step(&self, step: Move, job: &Job) -> Result<Arc<dyn Decide>, DemoError> {
        let (work_order, roles) = (job.order, self.company.roles_of("service"));
        let amount = |words: &str, of: u64| {
            Money::from_fen(i64::try_from((20 + dice(of, &[words, &job.key])).saturating_mul(100)).unwrap_or(0))
        };
        let (labour, materials) = (amount("labour", 80), amount("materials", 120));
        Ok(match step {
            Accept => {
                let hours = |hours| Count(hours);
                let deadlines = Deadlines { urgent: hours(4), high: hours(24), normal: hours(72), low: hours(168) };
                Arc::new(AcceptWorkOrder { work_order, roles, deadlines: Some(deadlines) })
            }
            Reject => Arc::new(RejectWorkOrder { work_order, roles, reason: "已列入明年计划".parse()? }),
            Cancel => Arc::new(CancelWorkOrder { work_order, roles, reason: Some("已自行恢复".parse()?) }),
            Assign => Arc::new(AssignWorkOrder { work_order, roles, assignee: self.assignee(job) }),
            Reassign => {
                let assignee = self.assignee(job);
                Arc::new(ReassignWorkOrder { work_order, roles, assignee, reason: "需先与邻里沟通".parse()? })
            }
            Offer => Arc::new(OfferQuotation { work_order, roles, labour, materials }),
            Agree => Arc::new(AcceptQuotation { work_order, roles, amount: labour.plus(materials)? }),
            Start => Arc::new(StartWork { work_order, roles }),
            Suspend => Arc::new(SuspendWork { work_order, roles, reason: "等待施工方到场".parse()? }),
            Resume => Arc::new(ResumeWork { work_order, roles }),
            Complete => {
                let (labour_minutes, materials) =
                    (Some(Count(45)), vec![Material { name: "常用配件".parse()?, quantity: "1".parse()? }]);
                Arc::new(CompleteWork { work_order, roles, labour_minutes, materials })
            }
            Charge => {
                let fee_item: FeeItemId = entity(self.community.ledger, "fee_item", REPAIR_ITEM);
                Arc::new(ChargeWorkOrder { work_order, roles, fee_item, due_days: Count(10) })
            }
            Reopen => {
                let reason = "又有噪音".parse()?;
                Arc::new(ReopenWorkOrder { work_order, roles, reason, reopen_days: REOPEN_DAYS })
            }
            Rate => Arc::new(RateWorkOrder { work_order, roles, stars: Count(5) }),
            Close => Arc::new(CloseWorkOrder { work_order, roles, reopen_days: Count(0) }),
        })
    }

    fn assignee(&self, job: &Job) -> Assignee {
        Assignee { staff: colleague(self.company.ledger, job.doer), roles: self.company.roles_of(job.doer) }
    }

    /// Reminds every account with something open.
    pub(super) async fn remind(&mut self, month: Month) -> Result<(), DemoError> {
        let day = month.first_day().plus_days(REMINDER_DAY - 1);
        let open = |unit: &UnitId| self.tally.some_open(AccountId::of_unit(*unit)).is_some();
        let orders = self.estate.units.iter().filter(|unit| open(unit)).map(|unit| {
            let account = AccountId::of_unit(*unit);
            let stages = vec![1, 15, 30, 60];
            let remind = SendReminder { account, stages, pause_days: Count(20), channel: ReminderChannel::InApp };
            self.order(day, 9, format!("{month}-{unit}"), "service", Arc::new(remind))
        });
        let orders = orders.collect();
        self.all(orders).await.map(|_| ())
    }
}

/// An owner by number, and the first unit he pays for.
fn owner((payer, units): (&String, &Vec<UnitId>)) -> Option<(String, UnitId)> {
    Some((payer.strip_prefix("owner-")?.to_owned(), *units.first()?))
}
