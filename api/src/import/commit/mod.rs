//! From the good rows of a file to commands: persons, parties, fee items, units, what they are charged; `openings` and
//! `history` for the other kinds of files.
//!
//! Still a pure function: every id follows from what a row says, keyed where that is personal, so the same row gives the
//! same commands for ever, in whichever file it stands: a repaired file posts what was repaired, and the rest of it changes
//! nothing. What the file cannot say is in [`Answers`]. May never happen here: a fresh id, a clock, a command that says what
//! a person is called.
//!
//! A fee item that is charged once gets no tariff and is attached to nothing: nothing is billed month by month for it.

mod estate;
pub mod history;
pub mod openings;
mod people;
pub mod readings;

use super::community::{CommunityFile, FeeItemRow, Holder, OwnerRow, Tenure};
use super::found::ImportKind;
use mingzhang_domain::approval::{Approvable, Authority, digest};
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::fee_item::{CreateFeeItem, DueRule, MonthBasis, SetTariff, Vat};
use mingzhang_domain::id::{CommandId, FeeItemId, ImportId, LedgerId, PartyId, Purpose, derive, natural};
use mingzhang_domain::import::{CompleteImport, StartImport};
use mingzhang_domain::money::RoundTo;
use mingzhang_domain::value::{Code, Count, Digest, Label};
use mingzhang_store::vault::{IndexKey, Plain};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// Into which ledgers a file goes, and which file it is.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The community.
    pub community: LedgerId,
    /// Its company, whose ledger the persons are in.
    pub company: LedgerId,
    /// SHA-256 of the file.
    pub file: Digest,
    /// What the file is about.
    pub kind: ImportKind,
    /// How many imports of this very file came before and are gone: their batch of openings discarded or taken back, their
    /// payment history withdrawn.
    pub gone: u32,
}

/// What the file cannot say.
#[derive(Debug, Clone)]
pub struct Answers {
    /// Name of the developer: holds what has no owner, and the spaces that are let.
    pub developer: Option<Label>,
    /// First day on which areas, statuses and owners count.
    pub from: CivilDate,
    /// By the number of the fee item in the file.
    pub fee_items: BTreeMap<Code, FeeItemAnswer>,
}

/// What the file cannot say about a fee item.
#[derive(Debug, Clone)]
pub struct FeeItemAnswer {
    /// What the money is for, for ever.
    pub fund: Fund,
    /// Tax treatment.
    pub vat: Vat,
    /// Lower is paid first.
    pub priority: Count,
    /// When it is due.
    pub due: DueRule,
    /// Of the answer: the same row with another answer is another request.
    pub request_digest: [u8; 32],
}

/// Which sheet a row stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKind {
    /// 费用设置
    FeeItem,
    /// 业主信息
    Owner,
    /// 房屋信息
    Unit,
    /// 车位信息
    ParkingSpace,
    /// 期初余额
    Opening,
    /// 房屋缴费历史
    History,
    /// 抄表
    Reading,
}

impl RowKind {
    /// The sheet's name as the layout has it.
    pub fn sheet(self) -> &'static str {
        match self {
            Self::FeeItem => "费用设置",
            Self::Owner => "业主信息",
            Self::Unit => "房屋信息",
            Self::ParkingSpace => "车位信息",
            Self::Opening => "期初余额",
            Self::History => "房屋缴费历史",
            Self::Reading => "抄表",
        }
    }
}

/// One command of a row.
#[derive(Debug, Clone)]
pub struct Step {
    /// Which ledger.
    pub ledger: LedgerId,
    /// From what the row says.
    pub command_id: CommandId,
    /// Of the answer that it rests on; zero when the row says it all.
    pub request_digest: [u8; 32],
    /// The wish.
    pub command: Arc<dyn Decide>,
    /// What is sealed with it.
    pub personal: Vec<Plain>,
}

/// One command of several rows, to be given once the one before it stands.
#[derive(Debug, Clone)]
pub struct ChunkStep {
    /// Which sheet.
    pub kind: RowKind,
    /// 1-based rows in their sheet.
    pub rows: Vec<u32>,
    /// The command.
    pub step: Step,
}

/// The commands of one row, to be given one after another until one is refused.
#[derive(Debug, Clone)]
pub struct RowSteps {
    /// Which sheet.
    pub kind: RowKind,
    /// 1-based row in its sheet.
    pub row: u32,
    /// In order.
    pub steps: Vec<Step>,
}

impl Place {
    /// The id of the command that starts the import.
    pub fn start_id(&self) -> CommandId {
        self.of_file("start_import")
    }

    /// The id of the command that completes it.
    pub fn complete_id(&self) -> CommandId {
        self.of_file("complete_import")
    }

    fn of_file(&self, operation: &str) -> CommandId {
        let (file, gone) = (self.file.to_string(), self.gone.to_string());
        let key = [self.kind.as_str(), &file, &gone];
        // The first import of a file is named by the file alone.
        let key = if self.gone == 0 { key.get(..2) } else { key.get(..) };
        CommandId::from_natural(self.community, operation, key.unwrap_or_default())
    }

    /// The import: the same file is the same import, until what came out of it is gone.
    pub fn import(&self) -> ImportId {
        entity(self.start_id(), "import")
    }

    /// The wish that starts it.
    pub fn start(&self, rows: Count) -> Option<StartImport> {
        Some(StartImport { kind: self.kind.as_str().parse().ok()?, file: self.file, rows })
    }

    /// The id of a command whose natural key is the import and a part of it.
    fn command(&self, operation: &str, part: &str) -> CommandId {
        CommandId::from_natural(self.community, operation, &["import", &self.import().to_string(), part])
    }

    /// A command of the community that rests on nothing but the file.
    fn step(&self, command_id: CommandId, command: Arc<dyn Decide>) -> Step {
        Step { ledger: self.community, command_id, request_digest: [0; 32], command, personal: Vec::new() }
    }

    /// The wish that completes it.
    pub fn complete(&self, posted: Count, refused: Count) -> CompleteImport {
        CompleteImport { import: self.import(), posted, refused }
    }
}

/// The id of what a command creates.
fn entity<T: From<Uuid>>(command: CommandId, kind: &str) -> T {
    T::from(derive(Purpose::Entity, &[&command.to_string(), kind, "0"]))
}

/// How many rows of a file are posted.
pub fn rows(file: &CommunityFile) -> usize {
    file.fee_items.len() + file.owners.len() + file.units.len() + file.parking_spaces.len()
}

/// Whether something of the file belongs to the developer.
pub fn needs_developer(file: &CommunityFile) -> bool {
    let let_out = |tenure: Tenure| tenure == Tenure::Leased;
    file.units.iter().any(|unit| unit.holder == Holder::Developer)
        || file.parking_spaces.iter().any(|space| space.holder == Holder::Developer || let_out(space.tenure))
}

/// The first day that the file names anywhere.
pub fn first_day(file: &CommunityFile) -> Option<CivilDate> {
    let of_items = file.fee_items.iter().map(|item| item.from);
    let of_units = file.units.iter().flat_map(|unit| unit.fee_items.iter().map(|item| item.from));
    let of_spaces = file.parking_spaces.iter().filter_map(|space| space.from);
    of_items.chain(of_units).chain(of_spaces).min()
}

/// A file on its way into a community.
#[derive(Debug)]
pub struct Roster<'a> {
    place: Place,
    file: &'a CommunityFile,
    answers: &'a Answers,
    key: &'a IndexKey,
    owners: BTreeMap<&'a Code, &'a OwnerRow>,
    items: BTreeMap<&'a Code, &'a FeeItemRow>,
}

impl<'a> Roster<'a> {
    /// A file with the answers to what it cannot say, and the company's key for ids that come from personal data.
    pub fn new(place: Place, file: &'a CommunityFile, answers: &'a Answers, key: &'a IndexKey) -> Self {
        let owners = file.owners.iter().map(|owner| (&owner.number, owner)).collect();
        let items = file.fee_items.iter().map(|item| (&item.number, item)).collect();
        Self { place, file, answers, key, owners, items }
    }

    /// Forms the developer's party, once for ever in a community, if anything is the developer's.
    pub fn developer(&self) -> Option<Step> {
        let name = self.answers.developer.clone()?;
        let command = people::developer(self.developer_party(), name);
        Some(self.step(self.developer_command(), Arc::new(command)))
    }

    fn developer_command(&self) -> CommandId {
        CommandId::from_natural(self.place.community, "form_party", &["developer"])
    }

    fn developer_party(&self) -> PartyId {
        entity(self.developer_command(), "party")
    }

    fn step(&self, command_id: CommandId, command: Arc<dyn Decide>) -> Step {
        self.place.step(command_id, command)
    }

    /// The id of a command of the community whose natural key is what the row says.
    fn command(&self, operation: &str, key: &[&str]) -> CommandId {
        let key: Vec<String> = ["import"].iter().chain(key).map(|part| natural(part)).collect();
        let key: Vec<&str> = key.iter().map(String::as_str).collect();
        CommandId::from_natural(self.place.community, operation, &key)
    }

    fn create_fee_item(&self, item: &FeeItemRow) -> CommandId {
        self.command("create_fee_item", &[item.number.as_str(), item.name.as_str()])
    }

    /// The fee item of a row.
    pub fn fee_item(&self, item: &FeeItemRow) -> FeeItemId {
        entity(self.create_fee_item(item), "fee_item")
    }

    /// The fee items with the tariff that each begins with; those without an answer are left out.
    pub fn fee_items(&self) -> Vec<RowSteps> {
        let answered = |item: &'a FeeItemRow| Some((item, self.answers.fee_items.get(&item.number)?));
        let of_file = self.file.fee_items.iter().filter_map(answered);
        of_file.map(|(item, answer)| self.fee_item_row(item, answer)).collect()
    }

    fn fee_item_row(&self, item: &FeeItemRow, answer: &FeeItemAnswer) -> RowSteps {
        let (kind, row, fee_item) = (RowKind::FeeItem, item.row, self.fee_item(item));
        let create = CreateFeeItem {
            fee_item,
            name: item.name.clone(),
            fund: answer.fund,
            priority: answer.priority,
            vat: answer.vat.clone(),
        };
        let tariff = SetTariff {
            fee_item,
            from: item.from,
            price: item.price.clone(),
            cycle_months: item.cycle_months,
            basis: MonthBasis::Calendar,
            timing: item.timing,
            due: answer.due.clone(),
            round_to: RoundTo::Fen,
            units: Vec::new(),
            authority: Authority::default(),
        };
        let mut steps = vec![self.step(self.create_fee_item(item), Arc::new(create))];
        if item.recurring {
            let said = digest("set_tariff", &tariff.payload().unwrap_or_default()).to_string();
            steps.push(self.step(self.command("set_tariff", &[&fee_item.to_string(), &said]), Arc::new(tariff)));
        }
        for step in &mut steps {
            step.request_digest = answer.request_digest;
        }
        RowSteps { kind, row, steps }
    }
}
