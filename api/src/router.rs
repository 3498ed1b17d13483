//! Every route of the server, on one screen.

use crate::app::App;
use crate::body::Field;
use crate::endpoint::{Route, file, get, plain, post};
use crate::routes::*;
use crate::{http, shell};
use axum::Router;
use axum::http::{Method, StatusCode};
use axum::{middleware, routing};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;

/// Every route below `/api/v1`, in the order of the document.
pub fn routes() -> Vec<Route> {
    let mut all = routes_without_batch();
    all.extend(import::routes());
    all.push(bank_statement::route());
    all.push(
        plain(
            "run_batch",
            Method::POST,
            "/communities/{community}/commands:batch",
            "Runs commands of one community, each with its own key and outcome.",
            routing::post(commands::run_batch),
        )
        .with(Some(commands::Batch::schema()), commands::batch_schema()),
    );
    all
}

/// The same without the batch, which is made from them.
#[rustfmt::skip]
pub(crate) fn routes_without_batch() -> Vec<Route> {
    vec![
        // identity
        plain("sign_in", Method::POST, "/sessions", "Signs in with name and password; answers a bearer token, shown once.", routing::post(session::sign_in))
            .with(Some(staff::SignInBody::schema()), session::token_schema())
            .answering(StatusCode::CREATED),
        plain("sign_out", Method::DELETE, "/sessions/current", "Ends the session of the request's token.", routing::delete(session::sign_out))
            .answering(StatusCode::NO_CONTENT),
        plain("get_me", Method::GET, "/me", "Who the request's token belongs to, and which roles they have.", routing::get(session::who_am_i))
            .with(None, session::who_schema()),
        // the installation
        post::<company::CreateCompany>("/companies"),
        get::<company::ListCompanies>("/companies"),
        post::<staff::AppointAdministrator>("/administrators"),
        post::<staff::DismissAdministrator>("/administrators/{administrator}/dismiss"),
        plain("put_administrator_sign_in", Method::PUT, "/administrators/{administrator}/sign-in", "Gives an administrator a sign-in name and a password, or another password.", routing::put(staff::put_administrator_sign_in))
            .with(Some(staff::SignInBody::schema()), staff::sign_in_schema()),
        get::<commands::GetInstallationCommand>("/commands/{command}"),
        // a company
        post::<company::CreateCommunity>("/companies/{company}/communities"),
        get::<company::ListCommunities>("/companies/{company}/communities"),
        post::<staff::HireStaff>("/companies/{company}/staff"),
        get::<staff::ListStaff>("/companies/{company}/staff"),
        post::<staff::GrantRole>("/companies/{company}/staff/{staff}/grant-role"),
        post::<staff::RevokeRole>("/companies/{company}/staff/{staff}/revoke-role"),
        post::<staff::LeaveStaff>("/companies/{company}/staff/{staff}/leave"),
        post::<staff::LinkStaff>("/companies/{company}/staff/{staff}/link"),
        plain("put_staff_sign_in", Method::PUT, "/companies/{company}/staff/{staff}/sign-in", "Gives a member of staff a sign-in name and a password, or another password.", routing::put(staff::put_staff_sign_in))
            .with(Some(staff::SignInBody::schema()), staff::sign_in_schema()),
        post::<company::SetRoleLimit>("/companies/{company}/role-limits"),
        get::<company_figures::GetCompanyFigures>("/companies/{company}/figures"),
        get::<company::ListRoleLimits>("/companies/{company}/role-limits"),
        post::<company::OpenChannelAccount>("/companies/{company}/channel-accounts"),
        get::<company::ListChannelAccounts>("/companies/{company}/channel-accounts"),
        post::<company::CloseChannelAccount>("/companies/{company}/channel-accounts/{channel_account}/close"),
        post::<person::RegisterPerson>("/companies/{company}/persons"),
        post::<person::ChangeContact>("/companies/{company}/persons/{person}/change-contact"),
        post::<person::ErasePerson>("/companies/{company}/persons/{person}/erase"),
        get::<person::GetPerson>("/companies/{company}/persons/{person}"),
        plain("list_persons_by_number", Method::POST, "/companies/{company}/persons:search", "Finds persons by mobile or identity number; the number stands in the body, never in a URL.", routing::post(person::search_persons))
            .with(Some(person::SearchPersonsBody::schema()), person::search_schema()),
        get::<commands::GetCompanyCommand>("/companies/{company}/commands/{command}"),
        // a community
        post::<company::SetCommunityRules>("/communities/{community}/rules"),
        post::<company::DefineUnitAttribute>("/communities/{community}/unit-attributes"),
        post::<opening::GoLive>("/communities/{community}/go-live"),
        post::<company::HandOverClock>("/communities/{community}/hand-over-clock"),
        post::<fee_item::CreateFeeItem>("/communities/{community}/fee-items"),
        post::<fee_item::SetTariff>("/communities/{community}/fee-items/{fee_item}/tariffs"),
        post::<fee_bundle::SetFeeBundle>("/communities/{community}/fee-bundles"),
        post::<fee_bundle::AttachBundle>("/communities/{community}/units:attach-bundle"),
        get::<fee_bundle::ListFeeBundles>("/communities/{community}/fee-bundles"),
        post::<late_fee::SetLateFeePolicy>("/communities/{community}/late-fee-policies"),
        post::<fee_item::SetVat>("/communities/{community}/fee-items/{fee_item}/vat"),
        post::<supplier_bill::SetUtility>("/communities/{community}/fee-items/{fee_item}/utility"),
        post::<unit::FormParty>("/communities/{community}/parties"),
        post::<unit::ChangePartyContact>("/communities/{community}/parties/{party}/change-contact"),
        post::<unit::RegisterUnit>("/communities/{community}/units"),
        post::<unit::ChangeUnitCode>("/communities/{community}/units/{unit}/change-code"),
        post::<unit::SetArea>("/communities/{community}/units/{unit}/areas"),
        post::<unit::SetUnitAttribute>("/communities/{community}/units/{unit}/attributes"),
        post::<unit::SetUnitPrice>("/communities/{community}/units/{unit}/prices"),
        post::<discount::GrantDiscount>("/communities/{community}/units/{unit}/discounts"),
        post::<discount::EndDiscount>("/communities/{community}/units/{unit}/discounts/{discount}/end"),
        post::<vacancy::SetVacancyPolicy>("/communities/{community}/fee-items/{fee_item}/vacancy-policies"),
        post::<vacancy::ApplyVacancy>("/communities/{community}/units/{unit}/vacancies"),
        post::<vacancy::InspectVacancy>("/communities/{community}/units/{unit}/vacancies/{vacancy}/inspect"),
        post::<vacancy::ApproveVacancy>("/communities/{community}/units/{unit}/vacancies/{vacancy}/approve"),
        post::<vacancy::DeclineVacancy>("/communities/{community}/units/{unit}/vacancies/{vacancy}/decline"),
        post::<unit::SetStatus>("/communities/{community}/units/{unit}/statuses"),
        post::<unit::SetOwner>("/communities/{community}/units/{unit}/owners"),
        post::<transfer::TransferUnit>("/communities/{community}/units/{unit}/transfer"),
        post::<unit::SetTenancy>("/communities/{community}/units/{unit}/tenancies"),
        post::<unit::AttachFeeItem>("/communities/{community}/units/{unit}/attach-fee-item"),
        post::<unit::DetachFeeItem>("/communities/{community}/units/{unit}/detach-fee-item"),
        post::<payment::RecordPayment>("/communities/{community}/payments"),
        post::<suspense::RecordBankLine>("/communities/{community}/bank-lines"),
        post::<payment::OpenShift>("/communities/{community}/shifts"),
        post::<payment::CloseShift>("/communities/{community}/shifts/{shift}/close"),
        post::<payment::IdentifySuspense>("/communities/{community}/payments/{payment}/identify"),
        post::<payment::UnidentifySuspense>("/communities/{community}/payments/{payment}/unidentify"),
        post::<payment::ReturnSuspense>("/communities/{community}/payments/{payment}/return"),
        post::<payment::ReversePayment>("/communities/{community}/payments/{payment}/reverse"),
        post::<payment::PrintReceipt>("/communities/{community}/payments/{payment}/receipts/{receipt}/print"),
        post::<account::PostCharge>("/communities/{community}/accounts/{account}/charges"),
        post::<account::WaiveCharge>("/communities/{community}/accounts/{account}/charges/{charge}/waive"),
        post::<late_fee::WaiveLateFee>("/communities/{community}/accounts/{account}/charges/{charge}/waive-late-fee"),
        post::<late_fee::AdjudgeLateFee>("/communities/{community}/accounts/{account}/charges/{charge}/adjudge-late-fee"),
        post::<account::ReduceCharge>("/communities/{community}/accounts/{account}/charges/{charge}/reduce"),
        post::<account::ReverseCharge>("/communities/{community}/accounts/{account}/charges/{charge}/reverse"),
        post::<account::WriteOffCharge>("/communities/{community}/accounts/{account}/charges/{charge}/write-off"),
        post::<account::AllocateCredit>("/communities/{community}/accounts/{account}/allocations"),
        post::<account::UndoAllocation>("/communities/{community}/accounts/{account}/allocations/{allocation}/undo"),
        post::<account::DrawDownCredit>("/communities/{community}/accounts/{account}/draw-down"),
        post::<account::ReleaseCredit>("/communities/{community}/accounts/{account}/lots/{lot}/release"),
        post::<account::MoveCredit>("/communities/{community}/accounts/{account}/lots/{lot}/move"),
        post::<account::ApproveRefund>("/communities/{community}/accounts/{account}/refunds"),
        post::<deposit::ReturnDeposit>("/communities/{community}/accounts/{account}/deposits/{deposit}/return"),
        post::<deposit::ForfeitDeposit>("/communities/{community}/accounts/{account}/deposits/{deposit}/forfeit"),
        post::<deposit::ReverseForfeiture>("/communities/{community}/accounts/{account}/forfeitures/{forfeiture}/reverse"),
        post::<account::SettleRefund>("/communities/{community}/accounts/{account}/refunds/{refund}/settle"),
        post::<account::FailRefund>("/communities/{community}/accounts/{account}/refunds/{refund}/fail"),
        post::<account::SetAllowance>("/communities/{community}/allowance"),
        post::<approval::RequestApproval>("/communities/{community}/approvals"),
        post::<approval::GrantApproval>("/communities/{community}/approvals/{approval}/grant"),
        post::<approval::DeclineApproval>("/communities/{community}/approvals/{approval}/decline"),
        post::<approval::WithdrawApproval>("/communities/{community}/approvals/{approval}/withdraw"),
        post::<books::ClosePeriod>("/communities/{community}/periods:close"),
        post::<books::ReopenPeriod>("/communities/{community}/periods:reopen"),
        post::<history::WithdrawHistory>("/communities/{community}/imports/{import}/withdraw"),
        post::<opening::StartOpening>("/communities/{community}/openings"),
        post::<opening::AddOpeningRecords>("/communities/{community}/openings/{opening}/records"),
        post::<opening::DiscardOpening>("/communities/{community}/openings/{opening}/discard"),
        post::<opening::PostOpening>("/communities/{community}/openings/{opening}/post"),
        post::<opening::ResumeOpening>("/communities/{community}/openings/{opening}/resume"),
        post::<opening::ReverseOpening>("/communities/{community}/openings/{opening}/reverse"),
        post::<pool::OpenPool>("/communities/{community}/pools"),
        post::<pool::DiscardPool>("/communities/{community}/pools/{pool}/discard"),
        post::<pool::PostPool>("/communities/{community}/pools/{pool}/post"),
        post::<pool::ReversePool>("/communities/{community}/pools/{pool}/reverse"),
        post::<supplier_bill::RecordSupplierBill>("/communities/{community}/supplier-bills"),
        post::<supplier_bill::PaySupplierBill>("/communities/{community}/supplier-bills/{supplier_bill}/pay"),
        post::<supplier_bill::ReverseSupplierPayment>("/communities/{community}/supplier-bills/{supplier_bill}/payments/{supplier_payment}/reverse"),
        post::<supplier_bill::ReverseSupplierBill>("/communities/{community}/supplier-bills/{supplier_bill}/reverse"),
        post::<supplier_bill::SetOwnUse>("/communities/{community}/supplier-bills/{supplier_bill}/own-use"),
        post::<supplier_bill::CarryDifference>("/communities/{community}/supplier-bills/{supplier_bill}/carry"),
        post::<bill_run::StartBillRun>("/communities/{community}/bill-runs"),
        post::<bill_run::DraftBillRun>("/communities/{community}/bill-runs/draft"),
        post::<bill_run::PostBillRun>("/communities/{community}/bill-runs/{bill_run}/post"),
        post::<bill_run::DiscardBillRun>("/communities/{community}/bill-runs/{bill_run}/discard"),
        post::<bill_run::ReverseBillRun>("/communities/{community}/bill-runs/{bill_run}/reverse"),
        post::<bill_run::BillUnit>("/communities/{community}/units/{unit}/bill"),
        post::<work_order::SubmitWorkOrder>("/communities/{community}/work-orders"),
        post::<work_order::AcceptWorkOrder>("/communities/{community}/work-orders/{work_order}/accept"),
        post::<work_order::RejectWorkOrder>("/communities/{community}/work-orders/{work_order}/reject"),
        post::<work_order::CancelWorkOrder>("/communities/{community}/work-orders/{work_order}/cancel"),
        post::<work_order::AssignWorkOrder>("/communities/{community}/work-orders/{work_order}/assign"),
        post::<work_order::ReassignWorkOrder>("/communities/{community}/work-orders/{work_order}/reassign"),
        post::<work_order::OfferQuotation>("/communities/{community}/work-orders/{work_order}/quotations"),
        post::<work_order::AcceptQuotation>("/communities/{community}/work-orders/{work_order}/accept-quotation"),
        post::<work_order::StartWork>("/communities/{community}/work-orders/{work_order}/start"),
        post::<work_order::SuspendWork>("/communities/{community}/work-orders/{work_order}/suspend"),
        post::<work_order::ResumeWork>("/communities/{community}/work-orders/{work_order}/resume"),
        post::<work_order::CompleteWork>("/communities/{community}/work-orders/{work_order}/complete"),
        post::<work_order::ChargeWorkOrder>("/communities/{community}/work-orders/{work_order}/charge"),
        post::<work_order::RateWorkOrder>("/communities/{community}/work-orders/{work_order}/rate"),
        post::<work_order::ReopenWorkOrder>("/communities/{community}/work-orders/{work_order}/reopen"),
        post::<work_order::CloseWorkOrder>("/communities/{community}/work-orders/{work_order}/close"),
        post::<work_order::SendReminder>("/communities/{community}/accounts/{account}/reminders"),
        post::<dunning::SendFormalDemand>("/communities/{community}/accounts/{account}/formal-demands"),
        post::<dunning::RecordDemandDelivery>("/communities/{community}/accounts/{account}/formal-demands/{demand}/deliver"),
        post::<dunning::PromisePayment>("/communities/{community}/accounts/{account}/promises"),
        post::<dunning::DisputeCharge>("/communities/{community}/accounts/{account}/charges/{charge}/dispute"),
        post::<dunning::SettleDispute>("/communities/{community}/accounts/{account}/charges/{charge}/settle-dispute"),
        post::<dunning::StopDunning>("/communities/{community}/accounts/{account}/parties/{party}/stop-dunning"),
        post::<dunning::ResumeDunning>("/communities/{community}/accounts/{account}/parties/{party}/resume-dunning"),
        post::<meter::RegisterMeter>("/communities/{community}/meters"),
        post::<meter::RecordReadings>("/communities/{community}/meter-readings"),
        post::<meter::AcceptReading>("/communities/{community}/meters/{meter}/readings/{reading}/accept"),
        post::<meter::RejectReading>("/communities/{community}/meters/{meter}/readings/{reading}/reject"),
        post::<meter::CorrectReading>("/communities/{community}/meters/{meter}/readings/{reading}/correct"),
        post::<meter::ReplaceMeter>("/communities/{community}/meters/{meter}/replace"),
        post::<meter::RemoveMeter>("/communities/{community}/meters/{meter}/remove"),
        post::<meter::SetMeterCheck>("/communities/{community}/meter-check"),
        get::<estate_reads::GetCommunityRules>("/communities/{community}/rules"),
        get::<estate_reads::ListUnits>("/communities/{community}/units"),
        get::<estate_reads::GetUnit>("/communities/{community}/units/{unit}"),
        get::<transfer::GetTransferPreview>("/communities/{community}/units/{unit}/transfer"),
        get::<estate_reads::ListUnitFeeItems>("/communities/{community}/units/{unit}/fee-items"),
        get::<estate_reads::ListUnitAttributes>("/communities/{community}/units/{unit}/attributes"),
        get::<estate_reads::ListUnitPrices>("/communities/{community}/units/{unit}/prices"),
        get::<discount::ListUnitDiscounts>("/communities/{community}/units/{unit}/discounts"),
        get::<discount::ListDiscounts>("/communities/{community}/discounts"),
        get::<vacancy::ListVacancies>("/communities/{community}/vacancies"),
        get::<vacancy::ListVacancyPolicies>("/communities/{community}/vacancy-policies"),
        get::<estate_reads::ListAttributeDefinitions>("/communities/{community}/unit-attributes"),
        get::<estate_reads::FindUnit>("/communities/{community}/unit-by-code"),
        get::<estate_reads::ListParties>("/communities/{community}/parties"),
        get::<estate_reads::GetParty>("/communities/{community}/parties/{party}"),
        get::<estate_reads::ListPartyMembers>("/communities/{community}/parties/{party}/members"),
        get::<inbox::ListPartyInbox>("/communities/{community}/parties/{party}/inbox"),
        get::<inbox::ListPersonInbox>("/communities/{community}/persons/{person}/inbox"),
        plain("put_inbox_read", Method::PUT, "/communities/{community}/persons/{person}/inbox/read", "Notes how far a person has read.", routing::put(inbox::put_inbox_read))
            .with(Some(inbox::InboxReadBody::schema()), inbox::read_schema()),
        get::<estate_reads::ListFeeItems>("/communities/{community}/fee-items"),
        get::<estate_reads::ListTariffs>("/communities/{community}/tariffs"),
        get::<late_fee::ListLateFeePolicies>("/communities/{community}/late-fee-policies"),
        get::<estate_reads::ListBillRuns>("/communities/{community}/bill-runs"),
        get::<bill_run_preview::GetBillRunPreview>("/communities/{community}/bill-runs/preview"),
        get::<bill_run_preview::ListBillRunPreview>("/communities/{community}/bill-runs/preview/units"),
        get::<bill_run::GetBillRun>("/communities/{community}/bill-runs/{bill_run}"),
        get::<bill_run::ListBillRunUnits>("/communities/{community}/bill-runs/{bill_run}/units"),
        get::<bill_run::ListBillRunSkips>("/communities/{community}/bill-runs/{bill_run}/skipped"),
        get::<meter::ListMeters>("/communities/{community}/meters"),
        get::<meter::GetMeter>("/communities/{community}/meters/{meter}"),
        get::<meter::ListMeterReadings>("/communities/{community}/meters/{meter}/readings"),
        get::<meter::GetMeterBalance>("/communities/{community}/meter-balance"),
        get::<opening::ListOpenings>("/communities/{community}/openings"),
        get::<opening::GetOpening>("/communities/{community}/openings/{opening}"),
        get::<pool::ListPools>("/communities/{community}/pools"),
        get::<pool::GetPool>("/communities/{community}/pools/{pool}"),
        get::<pool::GetPoolPublication>("/communities/{community}/pools/{pool}/publication"),
        get::<supplier_bill::ListSupplierBills>("/communities/{community}/supplier-bills"),
        get::<supplier_bill::GetSupplierBill>("/communities/{community}/supplier-bills/{supplier_bill}"),
        get::<supplier_bill::ListUtilities>("/communities/{community}/utilities"),
        get::<estate_reads::ListImports>("/communities/{community}/imports"),
        get::<history::ListPaymentHistory>("/communities/{community}/payment-history"),
        get::<history::GetHistoryNote>("/communities/{community}/imports/{import}/history/{history}/note"),
        get::<estate_reads::ListReminders>("/communities/{community}/reminders"),
        get::<estate_reads::ListFormalDemands>("/communities/{community}/formal-demands"),
        get::<estate_reads::ListWorkOrders>("/communities/{community}/work-orders"),
        get::<estate_reads::GetWorkOrder>("/communities/{community}/work-orders/{work_order}"),
        get::<book_reads::GetAccount>("/communities/{community}/accounts/{account}"),
        get::<book_reads::ListAccountBalances>("/communities/{community}/accounts/{account}/balances"),
        get::<book_reads::ListCharges>("/communities/{community}/accounts/{account}/charges"),
        get::<late_fee::GetLateFees>("/communities/{community}/accounts/{account}/late-fees"),
        get::<late_fee::GetLateFee>("/communities/{community}/accounts/{account}/charges/{charge}/late-fee"),
        get::<book_reads::ListAllocations>("/communities/{community}/accounts/{account}/allocations"),
        get::<book_reads::ListCreditLots>("/communities/{community}/accounts/{account}/lots"),
        get::<deposit::ListDeposits>("/communities/{community}/accounts/{account}/deposits"),
        get::<deposit::ListDepositLines>("/communities/{community}/accounts/{account}/deposits/{deposit}/lines"),
        get::<deposit::ListHeldDeposits>("/communities/{community}/deposits"),
        file::<files::DownloadStatement>("/communities/{community}/accounts/{account}/statement/file"),
        get::<history::ListStatementLines>("/communities/{community}/accounts/{account}/statement"),
        get::<book_reads::ListAccountReceipts>("/communities/{community}/accounts/{account}/receipts"),
        get::<book_reads::ListAccountPayments>("/communities/{community}/accounts/{account}/payments"),
        get::<book_reads::GetCharge>("/communities/{community}/charges/{charge}"),
        get::<explanation::GetChargeExplanation>("/communities/{community}/charges/{charge}/explanation"),
        get::<book_reads::ListPayments>("/communities/{community}/payments"),
        get::<suspense::ListSuspense>("/communities/{community}/suspense"),
        get::<book_reads::GetPayment>("/communities/{community}/payments/{payment}"),
        get::<suspense::GetPayer>("/communities/{community}/payments/{payment}/payer"),
        get::<book_reads::ListPaymentReceipts>("/communities/{community}/payments/{payment}/receipts"),
        get::<book_reads::ListReceipts>("/communities/{community}/receipts"),
        get::<book_reads::GetReceipt>("/communities/{community}/receipts/{receipt}"),
        get::<book_reads::ListReceiptLines>("/communities/{community}/receipts/{receipt}/lines"),
        get::<book_reads::ListRefunds>("/communities/{community}/refunds"),
        get::<book_reads::GetRefund>("/communities/{community}/refunds/{refund}"),
        get::<book_reads::ListShifts>("/communities/{community}/shifts"),
        get::<book_reads::GetShift>("/communities/{community}/shifts/{shift}"),
        get::<book_reads::ListApprovals>("/communities/{community}/approvals"),
        get::<book_reads::GetApproval>("/communities/{community}/approvals/{approval}"),
        get::<late_fee::ListArrears>("/communities/{community}/arrears"),
        get::<book_reads::ListCollection>("/communities/{community}/collection-rates"),
        get::<book_reads::ListPeriods>("/communities/{community}/periods"),
        get::<books::GetClosingChecklist>("/communities/{community}/periods:checklist"),
        get::<figures::GetFigures>("/communities/{community}/figures"),
        get::<figures::GetRestatement>("/communities/{community}/figures/restatement"),
        get::<what_if::GetWhatIf>("/communities/{community}/what-if"),
        get::<book_reads::ListTrialBalance>("/communities/{community}/trial-balance"),
        file::<files::DownloadTrialBalance>("/communities/{community}/trial-balance/file"),
        get::<book_reads::ListJournal>("/communities/{community}/journal"),
        plain("follow_events", Method::GET, "/communities/{community}/events", "Follows a community's events as server-sent events whose ids are positions; `Last-Event-ID` goes on after one.", routing::get(events::follow_events))
            .taking(events::parameters()),
        get::<commands::GetCommand>("/communities/{community}/commands/{command}"),
    ]
}

/// The whole server.
pub fn router(app: Arc<App>) -> Router {
    let mut api = Router::new();
    for route in routes() {
        let path = route.path;
        api = api.route(path, http::method_router(route));
    }
    Router::new()
        .nest("/api/v1", api)
        .merge(operations::router())
        .fallback(http::not_found)
        .method_not_allowed_fallback(http::method_not_allowed)
        .layer(CatchPanicLayer::custom(http::panicked))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), shell::around))
        .with_state(app)
}
