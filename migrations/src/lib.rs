//! The only DDL of the product: tables, roles and grants.
//!
//! [`prepare_cluster`] makes a server ready (roles, the two databases, every migration); [`migrate`] brings one database
//! up to date. Migrations are SQL files compiled into the program, numbered and never edited after a
//! release: an applied file whose text changed is refused loudly. No rule of the domain may ever stand here, and no
//! program but this one creates or alters a table.

mod cluster;
mod runner;

pub use cluster::{DatabaseNames, prepare, prepare_cluster};
pub use runner::{Migration, MigrationError, migrate};

/// The migrations of the log's database, in order.
pub const LOG: &[Migration] = &[
    Migration { version: 1, name: "log", sql: include_str!("../sql/0001_log.sql") },
    Migration { version: 2, name: "identity", sql: include_str!("../sql/0002_identity.sql") },
    Migration { version: 3, name: "blind_index", sql: include_str!("../sql/0003_blind_index.sql") },
    Migration { version: 4, name: "read_model", sql: include_str!("../sql/0004_read_model.sql") },
    Migration { version: 5, name: "read_model_account", sql: include_str!("../sql/0005_read_model_account.sql") },
    Migration { version: 6, name: "read_model_generation", sql: include_str!("../sql/0006_read_model_generation.sql") },
    Migration { version: 7, name: "reactor", sql: include_str!("../sql/0007_reactor.sql") },
    Migration {
        version: 8,
        name: "refund_without_payment",
        sql: include_str!("../sql/0008_refund_without_payment.sql"),
    },
    Migration {
        version: 9,
        name: "read_model_period_seal",
        sql: include_str!("../sql/0009_read_model_period_seal.sql"),
    },
    Migration { version: 10, name: "suspense", sql: include_str!("../sql/0010_suspense.sql") },
    Migration { version: 11, name: "read_model_closing", sql: include_str!("../sql/0011_read_model_closing.sql") },
    Migration { version: 12, name: "read_model_figures", sql: include_str!("../sql/0012_read_model_figures.sql") },
    Migration { version: 13, name: "opening", sql: include_str!("../sql/0013_opening.sql") },
    Migration { version: 14, name: "payment_history", sql: include_str!("../sql/0014_payment_history.sql") },
    Migration { version: 17, name: "read_model_complete", sql: include_str!("../sql/0017_read_model_complete.sql") },
    Migration { version: 18, name: "read_model_late_fees", sql: include_str!("../sql/0018_read_model_late_fees.sql") },
    Migration { version: 19, name: "unit_attribute", sql: include_str!("../sql/0019_unit_attribute.sql") },
    Migration { version: 20, name: "meter", sql: include_str!("../sql/0020_meter.sql") },
    Migration { version: 21, name: "read_model_pools", sql: include_str!("../sql/0021_read_model_pools.sql") },
    Migration { version: 22, name: "bill_run_skip", sql: include_str!("../sql/0022_read_model_bill_run_skip.sql") },
    Migration { version: 23, name: "read_model_deposits", sql: include_str!("../sql/0023_read_model_deposits.sql") },
    Migration { version: 26, name: "read_model_discount", sql: include_str!("../sql/0026_read_model_discount.sql") },
    Migration { version: 30, name: "bill_run_draft", sql: include_str!("../sql/0030_read_model_bill_run_draft.sql") },
    Migration {
        version: 31,
        name: "read_model_approval_amount",
        sql: include_str!("../sql/0031_read_model_approval_amount.sql"),
    },
    Migration { version: 32, name: "read_model_vacancy", sql: include_str!("../sql/0032_read_model_vacancy.sql") },
    Migration { version: 33, name: "read_model_fund", sql: include_str!("../sql/0033_read_model_fund.sql") },
    Migration { version: 34, name: "read_model_taking", sql: include_str!("../sql/0034_read_model_taking.sql") },
    Migration { version: 35, name: "read_model_campaign", sql: include_str!("../sql/0035_read_model_campaign.sql") },
    Migration {
        version: 36,
        name: "read_model_pool_under_way",
        sql: include_str!("../sql/0036_read_model_pool_under_way.sql"),
    },
    Migration {
        version: 37,
        name: "read_model_fee_item_units",
        sql: include_str!("../sql/0037_read_model_fee_item_units.sql"),
    },
    Migration {
        version: 38,
        name: "read_model_taking_card",
        sql: include_str!("../sql/0038_read_model_taking_card.sql"),
    },
    Migration {
        version: 39,
        name: "read_model_prepayment",
        sql: include_str!("../sql/0039_read_model_prepayment.sql"),
    },
    Migration {
        version: 41,
        name: "read_model_meter_used_this_year",
        sql: include_str!("../sql/0041_read_model_meter_used_this_year.sql"),
    },
    Migration {
        version: 42,
        name: "read_model_payment_order",
        sql: include_str!("../sql/0042_read_model_payment_order.sql"),
    },
    Migration {
        version: 43,
        name: "read_model_channel_refund",
        sql: include_str!("../sql/0043_read_model_channel_refund.sql"),
    },
    Migration {
        version: 44,
        name: "read_model_channel_day",
        sql: include_str!("../sql/0044_read_model_channel_day.sql"),
    },
    Migration { version: 45, name: "read_model_voucher", sql: include_str!("../sql/0045_read_model_voucher.sql") },
    Migration { version: 46, name: "read_model_chart", sql: include_str!("../sql/0046_read_model_chart.sql") },
    Migration {
        version: 47,
        name: "read_model_receipt_by_day",
        sql: include_str!("../sql/0047_read_model_receipt_by_day.sql"),
    },
    Migration { version: 48, name: "notices", sql: include_str!("../sql/0048_notices.sql") },
    Migration { version: 51, name: "read_model_invoice", sql: include_str!("../sql/0051_read_model_invoice.sql") },
    Migration {
        version: 52,
        name: "read_model_tax_turnover",
        sql: include_str!("../sql/0052_read_model_tax_turnover.sql"),
    },
    Migration {
        version: 54,
        name: "read_model_payment_bank",
        sql: include_str!("../sql/0054_read_model_payment_bank.sql"),
    },
    Migration {
        version: 55,
        name: "read_model_bank_statement",
        sql: include_str!("../sql/0055_read_model_bank_statement.sql"),
    },
    Migration { version: 56, name: "read_model_counter", sql: include_str!("../sql/0056_read_model_counter.sql") },
    Migration {
        version: 58,
        name: "read_model_channel_lump",
        sql: include_str!("../sql/0058_read_model_channel_lump.sql"),
    },
    Migration {
        version: 59,
        name: "read_model_tax_points",
        sql: include_str!("../sql/0059_read_model_tax_points.sql"),
    },
];

/// The migrations of the key store, in order.
pub const KEYS: &[Migration] = &[Migration { version: 1, name: "keys", sql: include_str!("../keys/0001_keys.sql") }];

/// A name for the whole of what [`prepare_cluster`] does: 16 hexadecimal digits that change with any SQL file.
pub fn fingerprint() -> String {
    let mut all = String::from(cluster::ROLES);
    for migration in LOG.iter().chain(KEYS) {
        all.push_str(migration.name);
        all.push_str(migration.sql);
    }
    runner::checksum(&all).chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_count_from_one() {
        for set in [LOG, KEYS] {
            let versions: Vec<i32> = set.iter().map(|migration| migration.version).collect();
            assert!(versions.first() == Some(&1) && versions.is_sorted_by(|one, next| one < next), "{versions:?}");
        }
    }

    #[test]
    fn the_fingerprint_is_sixteen_hexadecimal_digits() {
        assert!(fingerprint().len() == 16 && fingerprint().chars().all(|digit| digit.is_ascii_hexdigit()));
    }
}
