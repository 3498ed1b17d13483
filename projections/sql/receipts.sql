-- purpose: receipts by number
-- locks: none
-- index: receipt_by_number
SELECT
    receipt_id, position, payment_id, series AS "series: _", number AS "number: _", obligor_party_id, issued_on,
    amount AS "amount: _", prints, replaces_receipt_id, status AS "status: _", invoice_id
FROM read_model.receipt
WHERE ledger_id = $1 AND generation = $2
    AND number > $3
ORDER BY number LIMIT $4
