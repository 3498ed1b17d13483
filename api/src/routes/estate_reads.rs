//! What is read of the estate: units, parties, fee items, work orders, imports, bill runs.

use crate::reads::reads;
use mingzhang_domain::id::StaffId;
use mingzhang_domain::value::{Code, Label};
use mingzhang_projections::bill_run::{BillRun, Import};
use mingzhang_projections::directory::{AttributeDefinition, CommunityRules};
use mingzhang_projections::fee_item::{FeeItem, Tariff};
use mingzhang_projections::formal_demand::FormalDemand;
use mingzhang_projections::party::{Party, PartyMember};
use mingzhang_projections::reminder::Reminder;
use mingzhang_projections::unit::{Unit, UnitAttribute, UnitFeeItem, UnitPrice};
use mingzhang_projections::work_order::{WorkOrder, WorkOrderStatus};
use uuid::Uuid;

reads! {
    /// Lists the units of a community by code.
    pub ListUnits = "list_units", page of Unit, by String |unit| unit.code.0.to_string(),
    takes { building: Label = LABEL, "Only this building."; }
    |app, ledger, ids, ask| app.read_models.units(ledger, building, ask);

    /// Answers a unit.
    pub GetUnit = "get_unit", one of Unit,
    takes {}
    |app, ledger, ids| app.read_models.unit(ledger, ids.get("unit")?);

    /// Lists the fee items of a unit with the time they are charged for.
    pub ListUnitFeeItems = "list_unit_fee_items", all of UnitFeeItem,
    takes {}
    |app, ledger, ids| app.read_models.unit_fee_items(ledger, ids.get("unit")?);

    /// Lists the attributes of a unit, as set last.
    pub ListUnitAttributes = "list_unit_attributes", all of UnitAttribute,
    takes {}
    |app, ledger, ids| app.read_models.unit_attributes(ledger, ids.get("unit")?);

    /// Lists the prices of a unit's own.
    pub ListUnitPrices = "list_unit_prices", all of UnitPrice,
    takes {}
    |app, ledger, ids| app.read_models.unit_prices(ledger, ids.get("unit")?);

    /// Lists the attributes of units that a community defined.
    pub ListAttributeDefinitions = "list_attribute_definitions", all of AttributeDefinition,
    takes {}
    |app, ledger, ids| app.read_models.attribute_definitions(ledger);

    /// Lists the parties of a community.
    pub ListParties = "list_parties", page of Party, by Uuid |party| party.party_id,
    takes {}
    |app, ledger, ids, ask| app.read_models.list_parties(ledger, ask);

    /// Answers a party.
    pub GetParty = "get_party", one of Party,
    takes {}
    |app, ledger, ids| async {
        let read = app.read_models.parties(ledger, vec![ids.get::<Uuid>("party")?]).await?;
        Ok::<_, crate::problem::Problem>(first(read))
    };

    /// Lists the members of a party.
    pub ListPartyMembers = "list_party_members", all of PartyMember,
    takes {}
    |app, ledger, ids| app.read_models.party_members(ledger, vec![ids.get::<Uuid>("party")?]);

    /// Lists the fee items of a community.
    pub ListFeeItems = "list_fee_items", all of FeeItem,
    takes {}
    |app, ledger, ids| app.read_models.fee_items(ledger);

    /// Lists the tariff versions of a community.
    pub ListTariffs = "list_tariffs", all of Tariff,
    takes {}
    |app, ledger, ids| app.read_models.tariffs(ledger);

    /// Answers the rules of a community.
    pub GetCommunityRules = "get_community_rules", one of CommunityRules,
    takes {}
    |app, ledger, ids| app.read_models.community_rules(ledger);

    /// Lists bill runs with their progress, the newest first.
    pub ListBillRuns = "list_bill_runs", page of BillRun, by i64 |run| run.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.bill_runs(ledger, ask);

    /// Lists imports, the newest first.
    pub ListImports = "list_imports", page of Import, by i64 |import| import.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.imports(ledger, ask);

    /// Lists reminders that were sent or skipped, the newest first.
    pub ListReminders = "list_reminders", page of Reminder, by i64 |reminder| reminder.position,
    takes {
        account: Uuid = UUID, "Only of this account.";
        party: Uuid = UUID, "Only to this party.";
    }
    |app, ledger, ids, ask|
        app.read_models.reminders(ledger, account.map(Into::into), party.map(Into::into), ask);

    /// Lists formal demands, the newest first.
    pub ListFormalDemands = "list_formal_demands", page of FormalDemand, by i64 |demand| demand.position,
    takes {
        account: Uuid = UUID, "Only of this account.";
        party: Uuid = UUID, "Only of this party.";
    }
    |app, ledger, ids, ask|
        app.read_models.formal_demands(ledger, account.map(Into::into), party.map(Into::into), ask);

    /// Lists work orders, the newest first: the board.
    pub ListWorkOrders = "list_work_orders", page of WorkOrder, by i64 |order| order.position,
    takes {
        status: WorkOrderStatus = WORD, "Only in this state.";
        assignee: Uuid = UUID, "Only of this member of staff.";
    }
    |app, ledger, ids, ask| app.read_models.work_orders(ledger, status, assignee.map(StaffId), ask);

    /// Answers a work order.
    pub GetWorkOrder = "get_work_order", one of WorkOrder,
    takes {}
    |app, ledger, ids| app.read_models.work_order(ledger, ids.get("work_order")?);

    /// Finds a unit by its code.
    pub FindUnit = "get_unit_by_code", one of Unit,
    takes { code: Code = CODE, "The code, such as 3-1-1202."; }
    |app, ledger, ids| async {
        let missing = || crate::problem::Problem::bad_parameter().at("code", crate::body::rules::REQUIRED);
        Ok::<_, crate::problem::Problem>(app.read_models.unit_of_code(ledger, code.ok_or_else(missing)?).await?)
    };
}

/// The only row of a list.
fn first<T>(read: mingzhang_projections::reader::Read<Vec<T>>) -> mingzhang_projections::reader::Read<Option<T>> {
    let mingzhang_projections::reader::Read { ledger_id, position, value } = read;
    mingzhang_projections::reader::Read { ledger_id, position, value: value.into_iter().next() }
}
