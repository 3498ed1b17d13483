-- purpose: one taking, by the charge in it
-- locks: none
-- index: taking_pkey
SELECT
    charge_id, position, taking_id, payment_id, fee_item_id, fund AS "fund: _", period AS "period: _",
    number AS "number: _", entered_at, left_at, amount AS "amount: _", tax AS "tax: _", channel_account_id,
    channel AS "channel: _", reference AS "reference: _", shift_id, value_on, effective_on, recorded_at, plate_item_id,
    status AS "status: _", service_from, service_until
FROM read_model.taking
WHERE ledger_id = $1 AND generation = $2 AND charge_id = $3
ORDER BY charge_id
