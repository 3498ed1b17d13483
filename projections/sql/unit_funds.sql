-- purpose: the maintenance funds of units, in the order they were first asked
-- locks: none
-- index: unit_fund_by_position
SELECT
    account_id, position, unit_id, first_deposit AS "first_deposit: _", demanded AS "demanded: _",
    contributed AS "contributed: _", spent AS "spent: _", balance AS "balance: _"
FROM read_model.unit_fund
WHERE ledger_id = $1 AND generation = $2 AND position > $3
ORDER BY position LIMIT $4
