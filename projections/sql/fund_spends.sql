-- purpose: spends of the maintenance fund, the newest first
-- locks: none
-- index: fund_spend_by_position
SELECT
    fund_spend_id, position, purpose AS "purpose: _", supplier_id, supplier_name AS "supplier_name: _", amount AS "amount: _",
    units, total_area AS "total_area: _", borne AS "borne: _", short AS "short: _", paid AS "paid: _", chunks, standing,
    opened_at, posted_at, reversed_at, status AS "status: _"
FROM read_model.fund_spend
WHERE ledger_id = $1 AND generation = $2 AND position < $3
ORDER BY position DESC LIMIT $4
