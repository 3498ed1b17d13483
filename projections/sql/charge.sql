-- purpose: one charge
-- locks: none
-- index: charge_pkey
SELECT
    charge_id, position, account_id, unit_id, unit_kind AS "unit_kind: _", building AS "building: _", fee_item_id,
    fund AS "fund: _", obligor_party_id, agreed_payer_party_id, bill_line_id, run_id, tariff_id,
    period AS "period: _", service_from, service_until, due_on, effective_on, priority, gross AS "gross: _",
    amount AS "amount: _", tax AS "tax: _", reduced AS "reduced: _", waived AS "waived: _",
    reversed AS "reversed: _", written_off AS "written_off: _", paid AS "paid: _", late_fee_paid AS "late_fee_paid: _", open AS "open: _",
    status AS "status: _", interrupted_on, disputed, is_late_fee, opening_id,
    invoiced AS "invoiced: _", red_lettered AS "red_lettered: _"
FROM read_model.charge
WHERE ledger_id = $1 AND generation = $2 AND charge_id = $3
ORDER BY charge_id
