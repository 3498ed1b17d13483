-- purpose: the facts of an account that count from a day to a day, in the order of the days
-- locks: none
-- index: statement_line_pkey, fee_item_pkey
SELECT
    l.position, l.event_type AS "event_type: _", l.effective_on, l.value_on, f.name AS "fee_item?: _",
    l.period AS "period: _", l.amount AS "amount: _", l.effect AS "effect: _"
FROM read_model.statement_line l
LEFT JOIN read_model.fee_item f ON f.ledger_id = $1 AND f.generation = $2 AND f.fee_item_id = l.fee_item_id
WHERE l.ledger_id = $1 AND l.generation = $2 AND l.account_id = $3
    AND l.effective_on BETWEEN $4 AND $5
ORDER BY l.effective_on, l.position LIMIT $6
