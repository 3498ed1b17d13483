//! A small sound community, and what one changed cell does to it.

use super::super::finding::Origin;
use super::super::workbook::{Workbook, read_csv_set};
use super::{CommunityImport, Holder, OwnerKind, Tenure, read_community};
use mingzhang_domain::fee_item::{AmountPer, Price, Timing};
use mingzhang_domain::unit::UnitKind;
use serde_json::json;

const SHEETS: [(&str, &str); 5] = [
    ("楼栋单元", "楼栋号,单元编号,总层数,是否有电梯\n3号楼,1单元,18,有\n3,2,18,无\n"),
    (
        "业主信息",
        "编号,业主名称,性别,年龄,手机号,身份证号,业主类型,业主编号\n1,林安,男,40,１３８００１３８０００,99999919900228123X,1001,1\n2,明账物业,,,,914403008FW6QJY0W2,2002,2\n",
    ),
    (
        "费用设置",
        "费用编号,费用类型,收费项目,费用标识,付费类型,缴费周期,出账类型,计费起始时间,计费结束时间,计算公式,计费单价,固定费用\n1,物业费,物业服务费,周期性费用,预付费,1,每月1日,2024-01-01,2036-12-31,1001,2.38,0\n2,物业费,公共能耗费,周期性费用,后付费,3,每月1日,45292,2037/1/1,2002,0,36.00每期\n",
    ),
    (
        "房屋信息",
        "房屋编号,楼栋编号,单元编号,房屋楼层,房屋户型,建筑面积,业主编号,房屋费用,费用开始时间,房屋类型,室内面积,租金\n1202,3,1,12,10102,94.56,1,1#2,2024-01-01#2024年4月1日,110,73.76,0\nS1-01,3,2,1,,200,,1,2024.1.1,商铺,0,\n",
    ),
    (
        "车位信息",
        "停车场编号,车位编码,停车场类型,面积,业主编号,车牌号,出租还是出售（H出租S出售）,开始时间,结束时间\n1,c0001,地下停车位,12.72,2,浙ZA0001,H,2024-01-15,2025-01-14\n1,C0002,,,,,s,,\n",
    ),
];

/// The sheets with one text of one sheet replaced.
fn changed(sheet: &str, from: &str, to: &str) -> Workbook {
    let texts: Vec<(&str, String)> = SHEETS
        .iter()
        .map(|(name, text)| {
            assert!(*name != sheet || text.contains(from), "{from}");
            (*name, if *name == sheet { text.replacen(from, to, 1) } else { (*text).to_owned() })
        })
        .collect();
    read_csv_set(&texts.iter().map(|(name, text)| (*name, text.as_bytes())).collect::<Vec<_>>()).unwrap()
}

fn faults(book: &Workbook) -> Vec<String> {
    let mark = |origin| if origin == Origin::Derived { " derived" } else { "" };
    let findings = read_community(book).findings;
    findings.iter().map(|f| format!("{} {} {} {}{}", f.sheet, f.row, f.column, f.rule.code(), mark(f.origin))).collect()
}

#[test]
fn a_sound_community_is_read_in_full() {
    let CommunityImport { file, findings, questions } = read_community(&changed("楼栋单元", "", ""));
    assert_eq!(findings, []);
    assert_eq!(
        questions.iter().map(|question| question.name.as_str()).collect::<Vec<_>>(),
        ["物业服务费", "公共能耗费"]
    );
    assert_eq!(file.entrances[0].building.as_str(), "3");
    assert_eq!(file.owners[0].mobile.as_ref().unwrap().expose(), "13800138000");
    assert_eq!(file.owners[1].kind, OwnerKind::Organisation);
    let [area, fixed] = &file.fee_items[..] else { panic!() };
    assert_eq!(
        (area.timing, area.cycle_months.0, area.until),
        (Timing::Advance, 1, Some("2037-01-01".parse().unwrap()))
    );
    assert_eq!((fixed.from, fixed.until), (area.from, area.until));
    assert_eq!(fixed.price, Price::Fixed { amount: "36".parse().unwrap(), per: AmountPer::Cycle });
    let [flat, shop] = &file.units[..] else { panic!() };
    assert_eq!(
        (flat.code.as_str(), flat.kind, &flat.holder),
        ("3-1-1202", UnitKind::Residence, &Holder::Owner("1".parse().unwrap()))
    );
    assert_eq!(flat.fee_items[1].from, "2024-04-01".parse().unwrap());
    assert_eq!((shop.code.as_str(), shop.kind, &shop.holder), ("3-2-S1-01", UnitKind::Shop, &Holder::Developer));
    assert_eq!((shop.inner_area_sqm, shop.fee_items.len()), (None, 1));
    let [leased, free] = &file.parking_spaces[..] else { panic!() };
    assert_eq!(
        (leased.code.as_str(), leased.tenure, leased.until),
        ("1-C0001", Tenure::Leased, Some("2025-01-15".parse().unwrap()))
    );
    assert_eq!((free.code.as_str(), free.tenure, free.until), ("1-C0002", Tenure::Sold, None));
}

#[test]
fn gbk_files_say_the_same() {
    let files: Vec<(&str, Vec<u8>)> =
        SHEETS.iter().map(|(name, text)| (*name, encoding_rs::GBK.encode(text).0.into_owned())).collect();
    let book = read_csv_set(&files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect::<Vec<_>>()).unwrap();
    assert_eq!(book, changed("楼栋单元", "", ""));
}

#[test]
fn one_changed_cell_breaks_one_rule() {
    for (sheet, from, to, finding) in [
        ("楼栋单元", "3,2,18,无", "3,1,18,无", "楼栋单元 3 单元编号 entrance_duplicate"),
        ("业主信息", "2002,2", "2002,1", "业主信息 3 业主编号 owner_duplicate"),
        ("业主信息", "914403008FW6QJY0W2", "914403008FW6QJY0W4", "业主信息 3 身份证号 social_credit_code_invalid"),
        ("业主信息", "1001,1", "1003,1", "业主信息 2 业主类型 unknown_value"),
        ("业主信息", ",男,", ",=A1,", "业主信息 2 性别 formula_not_allowed"),
        ("费用设置", "\n2,物业费", "\n1,物业费", "费用设置 3 费用编号 fee_item_duplicate"),
        ("费用设置", "2037/1/1", "2037/1/2", "费用设置 3 计费结束时间 end_off_cycle"),
        ("费用设置", "2037/1/1", "2023/1/1", "费用设置 3 计费结束时间 end_before_start"),
        ("费用设置", "2.38,0", "2.38,5", "费用设置 2 固定费用 surcharge_unsupported"),
        ("费用设置", "2.38", "0", "费用设置 2 计费单价 must_be_positive"),
        ("费用设置", "36.00每期", "36.005", "费用设置 3 固定费用 too_many_decimals"),
        ("费用设置", "2002", "9009", "费用设置 3 计算公式 unknown_value"),
        ("房屋信息", "1#2", "1", "房屋信息 2 费用开始时间 list_length_differs"),
        ("房屋信息", "1#2", "1#1", "房屋信息 2 房屋费用 list_item_duplicate"),
        ("房屋信息", "1#2", "1#7", "房屋信息 2 房屋费用 fee_item_unknown"),
        ("房屋信息", "1202,3,1", "1202,3,9", "房屋信息 2 单元编号 entrance_unknown"),
        ("房屋信息", "S1-01,3,2", "1202,3,1", "房屋信息 3 房屋编号 unit_duplicate"),
        ("车位信息", "C0002", "Ｃ０００１", "车位信息 3 车位编码 parking_space_duplicate"),
        ("车位信息", "2024-01-15", "", "车位信息 2 开始时间 required"),
        ("车位信息", "2025-01-14", "2025-01-10", "车位信息 2 结束时间 end_off_cycle"),
        ("车位信息", ",s,", ",X,", "车位信息 3 出租还是出售（H出租S出售） unknown_value"),
    ] {
        let found = faults(&changed(sheet, from, to));
        assert_eq!(found.first().map(String::as_str), Some(finding), "{sheet} {from} → {to}: {found:?}");
        // Rows of other sheets may now point at nothing.
        assert!(found.iter().skip(1).all(|fault| !fault.starts_with(sheet)), "{found:?}");
    }
}

#[test]
fn a_refused_row_refuses_those_that_point_at_it() {
    let entrance = faults(&changed("楼栋单元", "18,有", "0,有"));
    assert_eq!(entrance, ["楼栋单元 2 总层数 out_of_range", "房屋信息 2 单元编号 entrance_refused derived"]);
    let item = faults(&changed("费用设置", "2002", "9009"));
    assert_eq!(item, ["费用设置 3 计算公式 unknown_value", "房屋信息 2 房屋费用 fee_item_refused derived"]);
    let owner = faults(&changed("业主信息", "2,明账物业", "2,"));
    assert_eq!(owner, ["业主信息 3 业主名称 required", "车位信息 2 业主编号 owner_refused derived"]);
}

#[test]
fn a_missing_column_or_sheet_refuses_the_file() {
    let import = read_community(&changed("房屋信息", "建筑面积", "面 积 数"));
    assert_eq!(import.findings.len(), 1);
    assert!(import.file.owners.is_empty() && import.file.units.is_empty());
    let without = |missing: &str| {
        let files = SHEETS.iter().filter(|(name, _)| *name != missing).map(|(name, text)| (*name, text.as_bytes()));
        faults(&read_csv_set(&files.collect::<Vec<_>>()).unwrap())
    };
    assert_eq!(without("业主信息"), ["业主信息 0  sheet_missing"]);
    assert_eq!(without("车位信息"), Vec::<String>::new());
}

/// The sheet of fee items with one row of a kind of price: its word, its unit price and the columns of its own.
fn priced(kind: &str, unit_price: &str, own: [&str; 6]) -> Workbook {
    let head = "费用编号,收费项目,付费类型,缴费周期,计费起始时间,计算公式,计费单价,计费面积,公式内容,楼层价格,表类型,阶梯价格,计价日";
    let quoted = own.map(|text| format!("\"{text}\"")).join(",");
    let fee_items = format!("{head}\n1,物业服务费,预付费,1,2024-01-01,{kind},{unit_price},{quoted}\n");
    let text = |(name, text): &(&'static str, &'static str)| match *name {
        "费用设置" => (*name, fee_items.clone()),
        "房屋信息" => (*name, text.replace("1#2,2024-01-01#2024年4月1日", "1,2024-01-01")),
        _ => (*name, (*text).to_owned()),
    };
    let sheets: Vec<(&str, String)> = SHEETS.iter().map(text).collect();
    read_csv_set(&sheets.iter().map(|(name, text)| (*name, text.as_bytes())).collect::<Vec<_>>()).unwrap()
}

#[test]
fn every_kind_of_price_with_a_form_in_one_row_is_read() {
    let none = [""; 6];
    let heat = "area * 2 + usage * unit_price";
    for (kind, unit_price, own, expected) in [
        (
            "面积*单价",
            "2.38",
            ["套内面积", "", "", "", "", ""],
            json!({"kind": "per_area", "area": "inner", "unit_price": "2.38"}),
        ),
        ("按户", "12.5", none, json!({"kind": "per_household", "amount": "12.5"})),
        ("面积*单价*系数", "2", none, json!({"kind": "coefficient", "area": "building", "unit_price": "2"})),
        (
            "按楼层",
            "",
            ["", "", "1:0;3:5", "", "", ""],
            json!({"kind": "floor_steps", "steps": [{"from_floor": "1", "price": "0"}, {"from_floor": "3", "price": "5"}]}),
        ),
        (
            "自定义公式",
            "0",
            ["", "min(area, 90) * 2", "", "", "", ""],
            json!({"kind": "formula", "formula": "min(area, 90) * 2"}),
        ),
        ("公摊", "", none, json!({"kind": "shared"})),
        (
            "用量*单价",
            "3.5",
            ["", "", "", "水表", "", ""],
            json!({"kind": "metered", "utility": "water", "unit_price": "3.5"}),
        ),
        (
            "阶梯用量",
            "",
            ["", "", "", "水表", "0-180:3.5;180-:5", "抄表日"],
            json!({
                "kind": "tiered_metered", "utility": "water", "tiers": [{"up_to": "180", "price": "3.5"}, {"price": "5"}],
                "priced_by": "reading_day",
            }),
        ),
        (
            "用量公式",
            "44.5",
            ["", heat, "", "热表", "", ""],
            json!({"kind": "metered_formula", "utility": "heating", "formula": heat, "unit_price": "44.5"}),
        ),
    ] {
        let import = read_community(&priced(kind, unit_price, own));
        assert_eq!(import.findings, [], "{kind}");
        assert_eq!(serde_json::to_value(&import.file.fee_items[0].price).unwrap(), expected, "{kind}");
    }
}

#[test]
fn what_is_wrong_with_a_price_is_named_where_it_stands() {
    let faults = |kind: &str, unit_price: &str, own: [&str; 6]| {
        let book = priced(kind, unit_price, own);
        faults(&book).into_iter().filter(|fault| fault.starts_with("费用设置")).collect::<Vec<_>>().join("; ")
    };
    let none = [""; 6];
    for (kind, unit_price, own, fault) in [
        ("按户", "", none, "计费单价 required"),
        ("按户", "12.5", ["建筑面积", "", "", "", "", ""], "计费面积 column_not_of_price"),
        ("按系数", "2", ["地面", "", "", "", "", ""], "计费面积 unknown_value"),
        ("按楼层", "", ["", "", "3:1;1:2", "", "", ""], "楼层价格 floors_invalid"),
        ("按楼层", "", none, "楼层价格 required"),
        ("自定义公式", "", ["", "area * unit_price", "", "", "", ""], "计费单价 required"),
        ("自定义公式", "", ["", "area * usage", "", "", "", ""], "公式内容 formula_usage"),
        ("自定义公式", "", ["", "面积 * 2", "", "", "", ""], "公式内容 formula_unreadable"),
        ("用量公式", "", ["", "area * 2", "", "热表", "", ""], "公式内容 formula_usage"),
        ("用量公式", "", ["", "usage", "", "热表", "", "抄表日"], "计价日 column_not_of_price"),
        ("用量*单价", "3.5", none, "表类型 required"),
        ("用量*单价", "3.50001", ["", "", "", "水表", "", ""], "计费单价 too_many_decimals"),
        ("阶梯用量", "", ["", "", "", "水表", "0-180:3.5", ""], "阶梯价格 tiers_invalid"),
        ("阶梯用量", "", ["", "", "", "水表", "0-:3.5", "出账日"], "计价日 unknown_value"),
    ] {
        assert_eq!(faults(kind, unit_price, own), format!("费用设置 2 {fault}"), "{kind}");
    }
}
