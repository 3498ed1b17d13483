-- purpose: one payment of an old system, as one file has it
-- locks: none
-- index: payment_history_pkey
SELECT
    import_id, history_id, position, account_id, item AS "item: _", fee_item_id, service_from, service_until,
    paid_on, due AS "due: _", paid AS "paid: _", reference AS "reference: _", note_item_id
FROM read_model.payment_history
WHERE ledger_id = $1 AND generation = $2
    AND import_id = $3 AND history_id = $4
