-- purpose: the statement of an account, the oldest line first
-- locks: none
-- index: statement_line_pkey
SELECT
    account_id, position, event_type AS "event_type: _", effective_on, value_on, party_id, charge_id, lot_id,
    payment_id, refund_id, fee_item_id, period AS "period: _", amount AS "amount: _", effect AS "effect: _",
    balance AS "balance: _"
FROM read_model.statement_line
WHERE ledger_id = $1 AND generation = $2
    AND account_id = $3 AND position > $4
ORDER BY position LIMIT $5
