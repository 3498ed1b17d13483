//! What the rules of meters refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a meter.
    pub enum MeterRefusal {
        MeterMustBeNew = "meter_must_be_new", Conflict, "该表已登记", "the meter is registered already";
        MeterMustExist = "meter_must_exist", NotFound, "表不存在", "the meter does not exist";
        MeterMustBeInstalled = "meter_must_be_installed", Conflict, "该表已拆除", "the meter was removed";
        MeterCodeMustBeFree = "meter_code_must_be_free", Conflict, "表号已被占用", "the number belongs to another meter";
        MeterMustHaveOnePlace = "meter_must_have_one_place", Invalid, "楼栋只用于总表，分户表只写房屋", "a building is of a total meter, which has no unit";
        TooManyMeters = "too_many_meters", Invalid, "每个房屋至多 20 块表", "a unit has at most 20 meters";
        DeviceMustBeInRange = "device_must_be_in_range", Invalid, "表盘为 3–8 位整数，倍率大于 0、不超过 10000，至多一位小数", "a meter has 3 to 8 digits before the point and a multiplier above 0, at most 10000 and with at most one decimal";
        ReadingsMustBeFew = "readings_must_be_few", Invalid, "每次 1–50 条读数，同一块表只写一次", "1 to 50 readings at a time, each meter once";
        HeldReadingMustBeSettled = "held_reading_must_be_settled", Conflict, "该表有待确认的读数，请先确认或作废", "a reading of the meter is held: accept or reject it first";
        ReadingMustBeHeld = "reading_must_be_held", Conflict, "该读数不在待确认状态", "the reading is not held";
        ReadingMustExist = "reading_must_exist", NotFound, "读数不存在或未生效", "there is no such reading, or it does not hold";
        ReadingMustNotBeInFuture = "reading_must_not_be_in_future", Invalid, "抄表日期不得晚于今天", "a reading is not of a day to come";
        ReadingMustBeLater = "reading_must_be_later", Conflict, "抄表日期须晚于上次抄表日期", "a reading is of a later day than the one before";
        ReadingMustFitMeter = "reading_must_fit_meter", Invalid, "读数超出表盘位数，或小数超过三位", "the reading has more digits than the meter, or more than three decimals";
        ReadingMustNotGoBack = "reading_must_not_go_back", Conflict, "读数小于上次读数；如过零请注明，如上次为估抄请先更正，如已换表请登记换表", "the reading is below the one before: say that the meter rolled over, correct the estimate before, or record the replacement";
        RolloverMustBeNeeded = "rollover_must_be_needed", Invalid, "读数未小于上次读数，不应注明过零", "the reading is not below the one before, so the meter has not rolled over";
        ReadingMustStayBelowNext = "reading_must_stay_below_next", Conflict, "更正后的读数不得大于下一次读数", "the corrected reading must not be above the next one";
        ReadingMustChange = "reading_must_change", Conflict, "更正后的读数与原读数相同", "the corrected reading is what it was";
        UsageMustBeInRange = "usage_must_be_in_range", Invalid, "用量超出允许范围", "the usage is out of range";
        MeterCheckMustBeInRange = "meter_check_must_be_in_range", Invalid, "倍数为 1–1000，历史抄表次数为 1–24，日用量上限大于 0", "a factor lies between 1 and 1000, the readings of history between 1 and 24, a daily limit is above 0";
    }
}
