-- purpose: bills of suppliers, the newest first
-- locks: none
-- index: supplier_bill_by_position
SELECT
    supplier_bill_id, position, supplier_id, name AS "name: _", number AS "number: _", utility AS "utility: _",
    period AS "period: _", amount AS "amount: _", paid AS "paid: _", own_use AS "own_use: _", received_on, reversed
FROM read_model.supplier_bill
WHERE ledger_id = $1 AND generation = $2 AND position < $3
ORDER BY position DESC LIMIT $4
