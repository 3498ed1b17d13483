//! Who may do what: the one table from operation to roles. Every route is checked against it, and a route that is not in
//! it cannot be built.
//!
//! A role counts where it was granted: in the whole company or in one community. What belongs to another company does not
//! exist for the caller.

use crate::directory::Directory;
use crate::problem::Problem;
use mingzhang_domain::id::{LedgerId, StaffId};
use mingzhang_domain::ledger::LedgerKind;
use mingzhang_domain::staff::Role;
use mingzhang_store::identity::{Principal, PrincipalKind};

/// Where a role must hold for an operation of a company's ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// In the ledger the operation is for.
    Whole,
    /// In any community of the company: persons and channel accounts are the company's, the desk that needs them is not.
    Any,
}

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// Also without signing in.
    Everybody,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever has one of these roles there.
    Roles(&'static [Role], Reach),
}

use Role::{Auditor, Cashier, CustomerService, Finance, Maintenance, SuperAdmin};

/// Administration: no money.
const ADMIN: Allowed = Allowed::Roles(&[SuperAdmin], Reach::Whole);
/// Those who keep the estate's data.
const DESK: Allowed = Allowed::Roles(&[Finance, CustomerService], Reach::Whole);
/// The same, for what the company keeps for all its communities.
const DESK_ANY: Allowed = Allowed::Roles(&[Finance, CustomerService], Reach::Any);
/// Those who speak with owners and tenants, wherever in the company.
const PEOPLE: Allowed = Allowed::Roles(&[Finance, CustomerService, Cashier], Reach::Any);
/// Those who take money.
const TILL: Allowed = Allowed::Roles(&[Cashier, Finance], Reach::Whole);
/// Those who decide about money.
const FINANCE: Allowed = Allowed::Roles(&[Finance], Reach::Whole);
/// Those who may ask for an approval.
const REQUESTERS: Allowed = Allowed::Roles(&[Finance, Cashier, CustomerService], Reach::Whole);
/// Those who see the books.
const BOOKS: Allowed = Allowed::Roles(&[Finance, Auditor], Reach::Whole);
/// The same, of any of the company's communities: they see those.
const BOOKS_ANY: Allowed = Allowed::Roles(&[Finance, Auditor], Reach::Any);
/// Those who see what a unit owes and paid.
const COUNTER: Allowed = Allowed::Roles(&[Finance, Auditor, Cashier, CustomerService], Reach::Whole);
/// Those who see the estate.
const ESTATE: Allowed = Allowed::Roles(&[Finance, Auditor, Cashier, CustomerService, Maintenance], Reach::Whole);
/// The same and the administrators.
const ALL_STAFF: Allowed =
    Allowed::Roles(&[SuperAdmin, Finance, Auditor, Cashier, CustomerService, Maintenance], Reach::Any);

/// Those who take in and hand out work.
const WORK_DESK: Allowed = Allowed::Roles(&[CustomerService, Finance], Reach::Whole);
/// Those who read and change meters.
const METERS: Allowed = Allowed::Roles(&[Finance, CustomerService, Maintenance], Reach::Whole);
/// Those who look at a unit.
const INSPECTORS: Allowed = Allowed::Roles(&[Finance, CustomerService, Maintenance], Reach::Whole);
/// Those who do the work.
const WORK: Allowed = Allowed::Roles(&[Maintenance, CustomerService], Reach::Whole);

/// Operation id → who may call it. In the order of the router.
pub const TABLE: &[(&str, Allowed)] = &[
    ("sign_in", Allowed::Everybody),
    ("sign_out", Allowed::SignedIn),
    ("get_me", Allowed::SignedIn),
    ("create_company", ADMIN),
    ("list_companies", Allowed::SignedIn),
    ("appoint_administrator", ADMIN),
    ("dismiss_administrator", ADMIN),
    ("put_administrator_sign_in", ADMIN),
    ("get_installation_command", ADMIN),
    ("create_community", ADMIN),
    ("list_communities", ALL_STAFF),
    ("hire_staff", ADMIN),
    ("list_staff", ALL_STAFF),
    ("grant_role", ADMIN),
    ("revoke_role", ADMIN),
    ("leave_staff", ADMIN),
    ("link_staff", ADMIN),
    ("put_staff_sign_in", ADMIN),
    ("set_role_limit", ADMIN),
    ("set_stamp", ADMIN),
    ("get_company_figures", BOOKS_ANY),
    ("list_role_limits", ALL_STAFF),
    ("open_channel_account", ADMIN),
    ("list_channel_accounts", ALL_STAFF),
    ("close_channel_account", ADMIN),
    ("list_channel_days", BOOKS),
    ("get_channel_day", BOOKS),
    ("list_channel_differences", BOOKS),
    ("list_open_channel_differences", BOOKS),
    ("explain_difference", FINANCE),
    ("sign_off_channel_day", FINANCE),
    ("record_lump", FINANCE),
    ("clear_rest", FINANCE),
    ("register_person", DESK_ANY),
    ("change_contact", DESK_ANY),
    ("erase_person", DESK_ANY),
    ("get_person", PEOPLE),
    ("list_persons_by_number", PEOPLE),
    ("get_company_command", ALL_STAFF),
    ("set_community_rules", DESK),
    ("go_live", FINANCE),
    ("hand_over_clock", ADMIN),
    ("create_fee_item", FINANCE),
    ("set_tariff", FINANCE),
    ("set_late_fee_policy", FINANCE),
    ("set_vat", FINANCE),
    ("set_tax_code", FINANCE),
    ("set_utility", FINANCE),
    ("form_party", DESK),
    ("change_party_contact", DESK),
    ("register_unit", DESK),
    ("change_unit_code", DESK),
    ("set_area", DESK),
    ("set_unit_attribute", DESK),
    ("set_unit_price", FINANCE),
    ("grant_discount", FINANCE),
    ("end_discount", FINANCE),
    ("grant_campaign", FINANCE),
    ("end_campaign", FINANCE),
    ("set_prepayment_offer", FINANCE),
    ("end_prepayment_offer", FINANCE),
    ("accept_prepayment_offer", TILL),
    ("set_vacancy_policy", FINANCE),
    ("set_top_up_rule", FINANCE),
    ("demand_fund", FINANCE),
    ("open_fund_spend", FINANCE),
    ("discard_fund_spend", FINANCE),
    ("post_fund_spend", FINANCE),
    ("bear_fund_shortfall", FINANCE),
    ("pay_fund_spend", FINANCE),
    ("reverse_fund_spend_payment", FINANCE),
    ("reverse_fund_spend", FINANCE),
    ("apply_vacancy", WORK_DESK),
    ("inspect_vacancy", INSPECTORS),
    ("approve_vacancy", FINANCE),
    ("decline_vacancy", FINANCE),
    ("define_unit_attribute", FINANCE),
    ("set_fee_bundle", FINANCE),
    ("attach_bundle", DESK),
    ("set_status", DESK),
    ("set_owner", DESK),
    ("transfer_unit", DESK),
    ("set_tenancy", DESK),
    ("attach_fee_item", DESK),
    ("detach_fee_item", DESK),
    ("record_payment", TILL),
    ("record_bank_line", FINANCE),
    ("create_payment_order", TILL),
    ("record_stay", TILL),
    ("record_card", TILL),
    ("reverse_taking", TILL),
    ("open_shift", TILL),
    ("close_shift", TILL),
    ("bank_cash", TILL),
    ("reverse_cash_banking", FINANCE),
    ("close_day", FINANCE),
    ("identify_suspense", FINANCE),
    ("unidentify_suspense", FINANCE),
    ("return_suspense", FINANCE),
    ("state_bank_balance", FINANCE),
    ("state_bank_item", FINANCE),
    ("clear_bank_item", FINANCE),
    ("undo_bank_match", FINANCE),
    ("set_aside_bank_line", FINANCE),
    ("take_up_bank_line", FINANCE),
    ("record_bounce", FINANCE),
    ("reverse_payment", TILL),
    ("print_receipt", TILL),
    ("request_invoice", DESK),
    ("request_red_letter", FINANCE),
    ("post_charge", FINANCE),
    ("waive_charges", FINANCE),
    ("waive_late_fee", FINANCE),
    ("adjudge_late_fee", FINANCE),
    ("reduce_charge", FINANCE),
    ("reverse_charge", FINANCE),
    ("write_off_charge", FINANCE),
    ("allocate_credit", FINANCE),
    ("undo_allocation", FINANCE),
    ("draw_down_credit", FINANCE),
    ("release_credit", FINANCE),
    ("move_credit", FINANCE),
    ("approve_refund", FINANCE),
    ("return_deposit", FINANCE),
    ("forfeit_deposit", FINANCE),
    ("reverse_forfeiture", FINANCE),
    ("settle_refund", TILL),
    ("send_refund", FINANCE),
    ("withdraw_refund", FINANCE),
    ("fail_refund", FINANCE),
    ("settle_channel_day", FINANCE),
    ("reverse_settlement", FINANCE),
    ("set_allowance", FINANCE),
    ("set_allowance_rates", FINANCE),
    ("get_allowance_proposal", BOOKS),
    ("request_approval", REQUESTERS),
    ("grant_approval", FINANCE),
    ("decline_approval", FINANCE),
    ("withdraw_approval", REQUESTERS),
    ("register_meter", DESK),
    ("record_readings", METERS),
    ("accept_reading", DESK),
    ("reject_reading", DESK),
    ("correct_reading", FINANCE),
    ("replace_meter", METERS),
    ("remove_meter", DESK),
    ("set_meter_check", DESK),
    ("get_community_rules", ESTATE),
    ("list_units", ESTATE),
    ("get_unit", ESTATE),
    ("get_transfer_preview", COUNTER),
    ("list_unit_fee_items", ESTATE),
    ("list_unit_attributes", ESTATE),
    ("list_unit_prices", ESTATE),
    ("list_unit_discounts", ESTATE),
    ("list_discounts", ESTATE),
    ("list_campaigns", ESTATE),
    ("list_prepayment_offers", ESTATE),
    ("get_prepayment_quote", COUNTER),
    ("list_vacancies", ESTATE),
    ("list_vacancy_policies", ESTATE),
    ("list_top_up_rules", ESTATE),
    ("list_fund_spends", ESTATE),
    ("get_fund_spend", ESTATE),
    ("get_fund_spend_publication", ESTATE),
    ("list_units_below", COUNTER),
    ("list_unit_funds", COUNTER),
    ("get_fund_total", COUNTER),
    ("list_fund_lines", COUNTER),
    ("list_attribute_definitions", ESTATE),
    ("get_unit_by_code", ESTATE),
    ("list_parties", ESTATE),
    ("get_party", ESTATE),
    ("list_party_members", ESTATE),
    ("list_party_inbox", COUNTER),
    ("list_person_inbox", COUNTER),
    ("list_outbox", COUNTER),
    ("put_inbox_read", DESK),
    ("list_fee_items", ESTATE),
    ("list_tariffs", ESTATE),
    ("list_fee_bundles", ESTATE),
    ("list_late_fee_policies", ESTATE),
    ("list_work_orders", ESTATE),
    ("get_work_order", ESTATE),
    ("list_bill_runs", COUNTER),
    ("get_bill_run", COUNTER),
    ("list_bill_run_units", COUNTER),
    ("list_bill_run_skips", COUNTER),
    ("get_bill_run_preview", COUNTER),
    ("list_bill_run_preview", COUNTER),
    ("list_meters", ESTATE),
    ("get_meter", ESTATE),
    ("list_meter_readings", ESTATE),
    ("get_meter_balance", ESTATE),
    ("list_openings", COUNTER),
    ("get_opening", COUNTER),
    ("list_pools", ESTATE),
    ("get_pool", ESTATE),
    ("get_pool_publication", ESTATE),
    ("list_supplier_bills", BOOKS),
    ("get_supplier_bill", BOOKS),
    ("list_utilities", BOOKS),
    ("list_imports", COUNTER),
    ("list_reminders", COUNTER),
    ("list_formal_demands", COUNTER),
    ("get_demand_document", COUNTER),
    ("get_account", COUNTER),
    ("list_account_balances", COUNTER),
    ("list_charges", COUNTER),
    ("get_late_fees", COUNTER),
    ("get_late_fee", COUNTER),
    ("list_allocations", COUNTER),
    ("list_credit_lots", COUNTER),
    ("list_deposits", COUNTER),
    ("list_deposit_lines", COUNTER),
    ("list_held_deposits", COUNTER),
    ("list_statement_lines", COUNTER),
    ("download_statement", COUNTER),
    ("get_statement_document", COUNTER),
    ("list_payment_history", COUNTER),
    ("get_history_note", FINANCE),
    ("list_account_receipts", COUNTER),
    ("list_account_payments", COUNTER),
    ("get_charge", COUNTER),
    ("get_charge_explanation", COUNTER),
    ("get_taking", COUNTER),
    ("get_plate", FINANCE),
    ("list_takings", COUNTER),
    ("get_stay_price", ESTATE),
    ("list_payments", COUNTER),
    ("list_payment_orders", COUNTER),
    ("get_payment_order", COUNTER),
    ("list_suspense", COUNTER),
    ("get_payment", COUNTER),
    ("get_payer", FINANCE),
    ("list_payment_receipts", COUNTER),
    ("list_payment_invoices", COUNTER),
    ("list_invoices", COUNTER),
    ("get_invoice", COUNTER),
    ("get_invoice_buyer", DESK),
    ("get_invoice_tax", BOOKS),
    ("list_receipts", COUNTER),
    ("get_receipt", COUNTER),
    ("list_receipt_lines", COUNTER),
    ("get_receipt_document", COUNTER),
    ("download_receipts", COUNTER),
    ("get_receipt_verification", COUNTER),
    ("list_refunds", COUNTER),
    ("get_refund", COUNTER),
    ("get_bank_statement", BOOKS),
    ("list_channel_settlements", BOOKS),
    ("list_cash_bankings", COUNTER),
    ("list_money_days", BOOKS),
    ("list_shifts", COUNTER),
    ("get_shift", COUNTER),
    ("list_approvals", COUNTER),
    ("get_approval", COUNTER),
    ("list_arrears", COUNTER),
    ("list_collection_rates", BOOKS),
    ("list_periods", COUNTER),
    ("get_closing_checklist", BOOKS),
    ("get_figures", BOOKS),
    ("get_restatement", BOOKS),
    ("get_what_if", BOOKS),
    ("list_trial_balance", BOOKS),
    ("download_trial_balance", BOOKS),
    ("list_journal", BOOKS),
    ("download_books", BOOKS),
    ("download_closing_certificate", BOOKS),
    ("get_closing_certificate_document", BOOKS),
    ("list_chart", BOOKS),
    ("set_chart_preset", FINANCE),
    ("set_book_code", FINANCE),
    ("list_vouchers", BOOKS),
    ("get_voucher", BOOKS),
    ("list_voucher_lines", BOOKS),
    ("list_voucher_series", BOOKS),
    ("close_period", FINANCE),
    ("reopen_period", FINANCE),
    ("start_opening", FINANCE),
    ("add_opening_records", FINANCE),
    ("discard_opening", FINANCE),
    ("post_opening", FINANCE),
    ("resume_opening", FINANCE),
    ("reverse_opening", FINANCE),
    ("withdraw_history", FINANCE),
    ("open_pool", FINANCE),
    ("discard_pool", FINANCE),
    ("post_pool", FINANCE),
    ("reverse_pool", FINANCE),
    ("record_supplier_bill", FINANCE),
    ("pay_supplier_bill", FINANCE),
    ("reverse_supplier_payment", FINANCE),
    ("reverse_supplier_bill", FINANCE),
    ("set_own_use", FINANCE),
    ("carry_difference", FINANCE),
    ("start_bill_run", FINANCE),
    ("draft_bill_run", FINANCE),
    ("post_bill_run", FINANCE),
    ("discard_bill_run", FINANCE),
    ("reverse_bill_run", FINANCE),
    ("bill_unit", FINANCE),
    ("follow_events", BOOKS),
    ("submit_work_order", WORK_DESK),
    ("accept_work_order", WORK_DESK),
    ("reject_work_order", WORK_DESK),
    ("cancel_work_order", WORK_DESK),
    ("assign_work_order", WORK_DESK),
    ("reassign_work_order", WORK_DESK),
    ("offer_quotation", WORK),
    ("accept_quotation", WORK_DESK),
    ("start_work", WORK),
    ("suspend_work", WORK),
    ("resume_work", WORK),
    ("complete_work", WORK),
    ("charge_work_order", WORK_DESK),
    ("rate_work_order", WORK_DESK),
    ("reopen_work_order", WORK_DESK),
    ("close_work_order", WORK_DESK),
    ("send_reminder", DESK),
    ("send_formal_demand", DESK),
    ("record_demand_delivery", DESK),
    ("promise_payment", DESK),
    ("dispute_charge", DESK),
    ("settle_dispute", DESK),
    ("stop_dunning", DESK),
    ("resume_dunning", DESK),
    ("upload_import", DESK),
    ("get_import", DESK),
    ("download_error_workbook", DESK),
    ("commit_import", DESK),
    ("prepare_payment_order", TILL),
    ("check_payment_order", TILL),
    ("close_payment_order", TILL),
    ("check_refund", FINANCE),
    ("check_invoice", DESK),
    ("reconcile_channel_day", FINANCE),
    ("take_notification", Allowed::Everybody),
    ("import_bank_statement", FINANCE),
    ("get_command", ALL_STAFF),
    ("run_batch", Allowed::Roles(&[Finance, Cashier, CustomerService, Maintenance], Reach::Whole)),
];

/// What the table says of an operation.
pub fn allowed(operation: &str) -> Option<Allowed> {
    TABLE.iter().find(|(name, _)| *name == operation).map(|(_, allowed)| *allowed)
}

/// Lets an operation on a ledger pass, or says why not.
///
/// # Errors
/// 401 without a caller, 403 without the role, 404 for a ledger that is not the caller's to see.
pub fn authorise(
    directory: &Directory,
    operation: &str,
    caller: Option<Principal>,
    ledger: LedgerId,
) -> Result<(), Problem> {
    let (roles, reach) = match allowed(operation) {
        Some(Allowed::Everybody) => return Ok(()),
        Some(Allowed::SignedIn) => return caller.map(|_| ()).ok_or_else(Problem::unauthenticated),
        Some(Allowed::Roles(roles, reach)) => (roles, reach),
        None => return Err(Problem::internal()),
    };
    let caller = caller.ok_or_else(Problem::unauthenticated)?;
    let held = roles_in(directory, caller, ledger, reach)?;
    if held.iter().any(|role| roles.contains(role)) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// The roles that a caller has in a ledger.
fn roles_in(directory: &Directory, caller: Principal, ledger: LedgerId, reach: Reach) -> Result<Vec<Role>, Problem> {
    let installation = directory.installation();
    let known = directory.ledger(ledger);
    if known.is_none() && ledger != installation {
        return Err(Problem::ledger_unknown());
    }
    match caller.kind {
        PrincipalKind::Administrator => {
            let present = directory.is_administrator(caller.id);
            Ok(if present { vec![SuperAdmin] } else { Vec::new() })
        }
        PrincipalKind::Staff => {
            let grants = directory.grants(caller.ledger_id, StaffId(caller.id));
            let holds = |community: Option<LedgerId>| match &known {
                None => false,
                Some(known) if known.kind == LedgerKind::Company => community.is_none() || reach == Reach::Any,
                Some(_) => community.is_none_or(|only| only == ledger),
            };
            let company = known.as_ref().map(|known| match known.kind {
                LedgerKind::Community => known.parent.unwrap_or(installation),
                LedgerKind::Company | LedgerKind::Installation => known.ledger_id,
            });
            match company {
                Some(company) if company != caller.ledger_id => Err(Problem::ledger_unknown()),
                _ => Ok(grants.into_iter().filter(|(_, community)| holds(*community)).map(|(role, _)| role).collect()),
            }
        }
        // An owner signs in with the owners' app, which is not part of this API yet: no operation names the role.
        PrincipalKind::Person => Ok(vec![Role::Owner]),
    }
}

#[cfg(test)]
mod tests;
