-- purpose: the receipts of payments that became credit of an account, of all or of one obligor, by number
-- locks: none
-- index: credit_lot_by_account, receipt_by_payment
SELECT
    receipt_id, position, payment_id, series AS "series: _", number AS "number: _", obligor_party_id, issued_on,
    amount AS "amount: _", prints, replaces_receipt_id, status AS "status: _", invoice_id
FROM read_model.receipt
WHERE ledger_id = $1 AND generation = $2
    AND payment_id IN (
        SELECT l.payment_id FROM read_model.credit_lot l
        WHERE l.ledger_id = $1 AND l.generation = $2 AND l.account_id = $3)
    AND number > $4 AND ($5::uuid IS NULL OR obligor_party_id = $5)
ORDER BY number LIMIT $6
