-- purpose: the allocations of an account, or of one of its charges
-- locks: none
-- index: allocation_by_account
SELECT
    allocation_id, position, account_id, charge_id, lot_id, part AS "part: _", mode AS "mode: _",
    amount AS "amount: _", value_on, effective_on, undone AS "undone: _"
FROM read_model.allocation
WHERE ledger_id = $1 AND generation = $2
    AND account_id = $3 AND (charge_id = $4 OR $4 IS NULL) AND position > $5
ORDER BY position, allocation_id LIMIT $6
