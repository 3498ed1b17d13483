-- purpose: one receipt
-- locks: none
-- index: receipt_pkey
SELECT
    receipt_id, position, payment_id, series AS "series: _", number AS "number: _", obligor_party_id, issued_on,
    amount AS "amount: _", prints, replaces_receipt_id, status AS "status: _", invoice_id
FROM read_model.receipt
WHERE ledger_id = $1 AND generation = $2 AND receipt_id = $3
ORDER BY receipt_id
