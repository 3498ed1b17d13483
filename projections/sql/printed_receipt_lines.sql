-- purpose: the lines of receipts as they are printed, with the names of items and units
-- locks: none
-- index: receipt_line_pkey, fee_item_pkey, account_pkey, unit_pkey
SELECT
    l.receipt_id, f.name AS "item?: _", u.code AS "unit?: _", l.fund AS "fund: _", l.service_from, l.service_until,
    l.part AS "part: _", l.amount AS "amount: _"
FROM read_model.receipt_line l
LEFT JOIN read_model.fee_item f ON f.ledger_id = $1 AND f.generation = $2 AND f.fee_item_id = l.fee_item_id
LEFT JOIN read_model.account a ON a.ledger_id = $1 AND a.generation = $2 AND a.account_id = l.account_id
LEFT JOIN read_model.unit u ON u.ledger_id = $1 AND u.generation = $2 AND u.unit_id = a.unit_id
WHERE l.ledger_id = $1 AND l.generation = $2 AND l.receipt_id = ANY($3::uuid[])
ORDER BY l.receipt_id, l.line
