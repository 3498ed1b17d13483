-- purpose: one bill of a supplier
-- locks: none
-- index: supplier_bill_pkey
SELECT
    supplier_bill_id, position, supplier_id, name AS "name: _", number AS "number: _", utility AS "utility: _",
    period AS "period: _", amount AS "amount: _", paid AS "paid: _", own_use AS "own_use: _", received_on, reversed
FROM read_model.supplier_bill
WHERE ledger_id = $1 AND generation = $2 AND supplier_bill_id = $3
ORDER BY supplier_bill_id
