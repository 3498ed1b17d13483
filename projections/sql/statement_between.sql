-- purpose: the facts of an account that count from a day to a day, in the order of the days; of one party of it, what concerns
-- it, each with its own effect as in statement_of_party.sql
-- locks: none
-- index: statement_line_pkey, credit_lot_pkey, fee_item_pkey
SELECT
    s.position, s.event_type AS "event_type: _", s.effective_on, s.value_on, f.name AS "fee_item?: _",
    s.period AS "period: _", s.amount AS "amount: _",
    CASE
        WHEN $7::uuid IS NULL OR l.holder_party_id IS NULL OR l.holder_party_id = s.party_id THEN s.effect
        WHEN s.party_id = $7 THEN s.effect - t.taken
        ELSE t.taken
    END AS "effect!: _"
FROM read_model.statement_line s
LEFT JOIN read_model.credit_lot l
    ON l.ledger_id = $1 AND l.generation = $2 AND l.lot_id = s.lot_id
        AND s.event_type IN ('charge_paid', 'charge_payment_undone', 'credit_moved')
CROSS JOIN LATERAL (
    SELECT CASE WHEN s.event_type = 'charge_payment_undone' THEN -s.amount ELSE s.amount END AS taken
) t
LEFT JOIN read_model.fee_item f ON f.ledger_id = $1 AND f.generation = $2 AND f.fee_item_id = s.fee_item_id
WHERE s.ledger_id = $1 AND s.generation = $2 AND s.account_id = $3
    AND s.effective_on BETWEEN $4 AND $5
    AND ($7::uuid IS NULL OR s.party_id = $7 OR l.holder_party_id = $7)
ORDER BY s.effective_on, s.position LIMIT $6
