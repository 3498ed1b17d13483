//! The product's own sample roster: a community that nobody lives in, in the layout of `community`.
//!
//! The same request gives the same bytes, so a demonstration can be repeated. All people are invented: the region
//! 999999 of their resident IDs exists nowhere.

use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::rule::resident_id;
use rust_decimal::Decimal;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, XlsxError};

/// What to make up.
#[derive(Debug, Clone, Copy)]
pub struct DemoCommunity {
    /// Another seed, other people and buildings.
    pub seed: u64,
    /// Residences, 1 to 20,000; parking spaces come on top, one for four.
    pub units: u32,
    /// First day of all fees; they end 12 years later.
    pub from: CivilDate,
}

/// Rows of text of one sheet.
type Rows = Vec<Vec<String>>;

const SURNAMES: [&str; 24] = [
    "林", "罗", "梁", "宋", "唐", "许", "邓", "冯", "程", "蔡", "袁", "于", "董", "余", "叶", "蒋", "杜", "苏", "魏",
    "吕", "丁", "任", "卢", "姚",
];
const GIVEN: [&str; 30] = [
    "安", "柏", "晨", "川", "冬", "帆", "枫", "恒", "华", "嘉", "景", "静", "凯", "岚", "乐", "琳", "宁", "清", "然",
    "若", "森", "书", "舒", "棠", "雯", "溪", "心", "旭", "彦", "远",
];

impl DemoCommunity {
    /// The workbook, as the bytes of an XLSX file.
    ///
    /// # Errors
    /// [`XlsxError`] when the writer refuses, which the bounds here do not make it do.
    pub fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        let mut roster = Roster { dice: Dice(self.seed), from: self.from, ..Roster::default() };
        roster.build(self.units.clamp(1, 20_000));
        roster.park();
        let mut out = rust_xlsxwriter::Workbook::new();
        // Without a fixed time the writer would ask the clock, and the bytes would differ.
        out.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
        let building = "楼栋号 单元编号 总层数 是否有电梯";
        let owner = "编号 业主名称 性别 年龄 手机号 身份证号 业主类型 业主编号";
        let fee = "费用编号 费用类型 收费项目 费用标识 付费类型 缴费周期 出账类型 计费起始时间 计费结束时间 计算公式 计费单价 固定费用";
        let unit = "房屋编号 楼栋编号 单元编号 房屋楼层 房屋户型 建筑面积 业主编号 房屋费用 费用开始时间 房屋类型 室内面积 租金";
        let space = "停车场编号 车位编码 停车场类型 面积 业主编号 车牌号 车品牌 车类型 颜色 出租还是出售（H出租S出售） 开始时间 结束时间";
        write(&mut out, "楼栋单元", building, &roster.entrances, "单元编号：一单元填写 1，二单元填写 2")?;
        write(&mut out, "业主信息", owner, &roster.owners, "业主类型：1001 个人，2002 单位")?;
        write(&mut out, "费用设置", fee, &roster.fee_items(), "计算公式：1001 面积*单价，2002 固定费用")?;
        write(&mut out, "房屋信息", unit, &roster.units, "房屋费用：费用设置中的费用编号，多个以 # 分隔")?;
        write(&mut out, "车位信息", space, &roster.spaces, "H 出租，S 出售")?;
        out.save_to_buffer()
    }
}

fn write(
    out: &mut rust_xlsxwriter::Workbook,
    name: &str,
    headings: &str,
    rows: &Rows,
    note: &str,
) -> Result<(), XlsxError> {
    let tab = out.add_worksheet().set_name(name)?;
    let mut note_column = 2;
    for (column, heading) in (0..).zip(headings.split(' ')) {
        tab.write_string(0, column, heading)?;
        note_column = column + 3;
    }
    tab.write_string(2, note_column, note)?;
    for (row, cells) in (1..).zip(rows) {
        for (column, text) in (0..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            tab.write_string(row, column, text)?;
        }
    }
    Ok(())
}

/// The sheets while they are made up.
struct Roster {
    dice: Dice,
    from: CivilDate,
    entrances: Rows,
    owners: Rows,
    units: Rows,
    spaces: Rows,
}

impl Default for Roster {
    fn default() -> Self {
        let none = Rows::new;
        Self { dice: Dice(0), from: CivilDate::MAX, entrances: none(), owners: none(), units: none(), spaces: none() }
    }
}

impl Roster {
    /// Buildings with entrances, storeys and rooms until there are enough units.
    fn build(&mut self, wanted: u32) {
        let mut left = wanted;
        for building in 1_u32.. {
            let storeys = self.dice.pick(&[6, 11, 18, 26]);
            let rooms = self.dice.pick(&[2, 3, 4]);
            let areas: Vec<u64> = (0..rooms).map(|_| 5_800 + self.dice.below(8_600)).collect();
            for entrance in 1..=self.dice.pick(&[1, 2, 3]) {
                let lift = if storeys > 6 { "有" } else { "无" };
                self.entrances.push(texts(&[&building, &entrance, &storeys, &lift]));
                for storey in 1..=storeys {
                    for (room, area) in (1..=rooms).zip(&areas) {
                        self.unit([building, entrance, storey, room], *area);
                        left -= 1;
                        if left == 0 {
                            return;
                        }
                    }
                }
            }
        }
    }

    /// One unit; the seventh and of 25 one are unsold, of 40 owners one holds a second unit.
    fn unit(&mut self, [building, entrance, storey, room]: [u32; 4], area: u64) {
        let owner = match self.dice.below(1_000) {
            _ if self.units.len() == 6 => String::new(),
            0..40 => String::new(),
            40..64 if !self.owners.is_empty() => self.some_owner(),
            _ => self.new_owner(),
        };
        let from = self.from;
        let (items, days) = if owner.is_empty() {
            ("1".to_owned(), from.to_string())
        } else {
            ("1#2".to_owned(), format!("{from}#{from}"))
        };
        let room = format!("{storey}{room:02}");
        let (area, inner) = (hundredths(area), hundredths(area * 39 / 50));
        self.units.push(texts(&[
            &room, &building, &entrance, &storey, &"三室", &area, &owner, &items, &days, &"住宅", &inner, &0,
        ]));
    }

    fn some_owner(&mut self) -> String {
        let count = u64::try_from(self.owners.len()).unwrap_or(1);
        (1 + self.dice.below(count)).to_string()
    }

    fn new_owner(&mut self) -> String {
        let ordinal = u64::try_from(self.owners.len()).unwrap_or(0) + 1;
        let second = if self.dice.below(3) == 0 { "" } else { self.dice.pick(&GIVEN) };
        let name = format!("{}{}{second}", self.dice.pick(&SURNAMES), self.dice.pick(&GIVEN));
        let sex = self.dice.pick(&["男", "女"]);
        let year = 1_946 + self.dice.below(56);
        let mobile = format!("199{:08}", ordinal * 4_099 + self.dice.below(4_000));
        let identity = self.resident_id(year);
        self.owners.push(texts(&[&ordinal, &name, &sex, &(2_026 - year), &mobile, &identity, &"1001", &ordinal]));
        ordinal.to_string()
    }

    fn resident_id(&mut self, year: u64) -> String {
        let (month, day) = (1 + self.dice.below(12), 1 + self.dice.below(28));
        let digits = format!("999999{year}{month:02}{day:02}{:03}", self.dice.below(1_000));
        // The rule itself finds the check character: no second formula to keep in step.
        let spelled = "0123456789X".chars().map(|check| format!("{digits}{check}"));
        spelled.into_iter().find(|id| resident_id::is_valid(id)).unwrap_or_default()
    }

    fn park(&mut self) {
        let until = self.from.plus_months(144).day_before();
        for space in 1..=self.units.len() / 4 {
            let sold = self.dice.below(10) < 3;
            let owner = if self.owners.is_empty() { String::new() } else { self.some_owner() };
            let plate = format!("浙Z{}{:04}", self.dice.pick(&["A", "B", "C", "D", "E", "F"]), self.dice.below(10_000));
            let colour = self.dice.pick(&["黑", "白", "银", "蓝"]);
            let tenure = if sold { "S" } else { "H" };
            let code = format!("C{space:04}");
            let from = self.from;
            self.spaces.push(texts(&[
                &1,
                &code,
                &"地下停车位",
                &"12.72",
                &owner,
                &plate,
                &"",
                &"9901",
                &colour,
                &tenure,
                &from,
                &until,
            ]));
        }
    }

    /// One priced by area, one fixed and billed by the quarter, one for parking.
    fn fee_items(&mut self) -> Rows {
        let until = self.from.plus_months(144).day_before();
        let price = hundredths(180 + 5 * self.dice.below(25));
        let item = |cells: [&str; 10]| {
            let (before, after) = cells.split_at(7);
            let days = [self.from.to_string(), until.to_string()];
            before
                .iter()
                .map(|text| (*text).to_owned())
                .chain(days)
                .chain(after.iter().map(|t| (*t).to_owned()))
                .collect()
        };
        vec![
            item(["1", "物业费", "物业服务费", "周期性费用", "预付费", "1", "每月1日", "1001", &price, "0"]),
            item(["2", "物业费", "公共能耗费", "周期性费用", "预付费", "3", "每月1日", "2002", "0", "36.00"]),
            item(["3", "停车费", "车位管理费", "周期性费用", "预付费", "1", "每月1日", "2002", "0", "80.00"]),
        ]
    }
}

fn texts(cells: &[&dyn std::fmt::Display]) -> Vec<String> {
    cells.iter().map(ToString::to_string).collect()
}

fn hundredths(value: u64) -> String {
    Decimal::from_i128_with_scale(value.into(), 2).to_string()
}

/// SplitMix64: a few lines that give the same numbers on every machine and in every version.
struct Dice(u64);

impl Dice {
    /// A number from 0 to below the limit (which is small, so its bias does not matter here).
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)).checked_rem(limit).unwrap_or(0)
    }

    fn pick<T: Copy + Default>(&mut self, of: &[T]) -> T {
        let index = self.below(u64::try_from(of.len()).unwrap_or(1));
        usize::try_from(index).ok().and_then(|index| of.get(index)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::community::{CommunityImport, Holder, read_community};
    use super::super::workbook::read_xlsx;
    use super::*;

    fn demo(seed: u64, units: u32) -> Vec<u8> {
        DemoCommunity { seed, units, from: "2024-11-01".parse().unwrap() }.workbook().unwrap()
    }

    #[test]
    fn it_imports_without_a_finding() {
        for (seed, units) in [(1, 1_200), (2, 300), (3, 1)] {
            let CommunityImport { file, findings, .. } = read_community(&read_xlsx(&demo(seed, units)).unwrap());
            assert_eq!(findings, []);
            let count = usize::try_from(units).unwrap();
            assert_eq!((file.units.len(), file.parking_spaces.len()), (count, count / 4));
            if units > 100 {
                assert!(file.units.iter().any(|unit| unit.holder == Holder::Developer));
                let held = file.units.iter().filter(|unit| unit.holder != Holder::Developer).count();
                assert!(file.owners.len() < held, "some owner holds two units");
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        assert_eq!(demo(7, 60), demo(7, 60));
        assert_ne!(demo(7, 60), demo(8, 60));
    }
}
