-- purpose: the lines of a receipt
-- locks: none
-- index: receipt_line_pkey
SELECT
    receipt_id, line, account_id, fee_item_id, fund AS "fund: _", service_from, service_until, part AS "part: _",
    amount AS "amount: _"
FROM read_model.receipt_line
WHERE ledger_id = $1 AND generation = $2 AND receipt_id = $3
ORDER BY line
