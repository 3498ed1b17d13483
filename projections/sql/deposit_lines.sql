-- purpose: what happened to a deposit, the oldest fact first
-- locks: none
-- index: deposit_line_pkey
SELECT
    deposit_id, position, payer_party_id, event_type AS "event_type: _", effective_on, effect AS "effect: _",
    held AS "held: _", refund_id, forfeiture_id
FROM read_model.deposit_line
WHERE ledger_id = $1 AND generation = $2 AND deposit_id = $3 AND position > $4
ORDER BY position LIMIT $5
