-- purpose: what moved the maintenance fund of a unit, the oldest first
-- locks: none
-- index: fund_line_pkey
SELECT
    account_id, position, event_type AS "event_type: _", effective_on, effect AS "effect: _", balance AS "balance: _", charge_id,
    fund_spend_id
FROM read_model.fund_line
WHERE ledger_id = $1 AND generation = $2 AND account_id = $3 AND position > $4
ORDER BY position LIMIT $5
