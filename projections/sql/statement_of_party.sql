-- purpose: the statement of one party of an account, the oldest line first: what concerns it, and the balance that is its
-- own. Where credit of one pays what another owes, or goes over, the line is of both, each with its own effect; the lot that
-- the line names says whose credit it was
-- locks: none
-- index: statement_line_pkey, credit_lot_pkey
SELECT
    account_id AS "account_id!", position AS "position!", event_type AS "event_type!: _", effective_on AS "effective_on!",
    value_on, $4::uuid AS party_id, charge_id, lot_id, payment_id, refund_id, fee_item_id, period AS "period: _",
    amount AS "amount!: _", effect AS "effect!: _", balance AS "balance!: _"
FROM (
    SELECT own.*, sum(own.effect) OVER (ORDER BY own.position) AS balance
    FROM (
        SELECT
            s.account_id, s.position, s.event_type, s.effective_on, s.value_on, s.charge_id, s.lot_id, s.payment_id,
            s.refund_id, s.fee_item_id, s.period, s.amount,
            CASE
                WHEN l.holder_party_id IS NULL OR l.holder_party_id = s.party_id THEN s.effect
                WHEN s.party_id = $4 THEN s.effect - t.taken
                ELSE t.taken
            END AS effect
        FROM read_model.statement_line s
        LEFT JOIN read_model.credit_lot l
            ON l.ledger_id = s.ledger_id AND l.generation = s.generation AND l.lot_id = s.lot_id
                AND s.event_type IN ('charge_paid', 'charge_payment_undone', 'credit_moved')
        CROSS JOIN LATERAL (
            SELECT CASE WHEN s.event_type = 'charge_payment_undone' THEN -s.amount ELSE s.amount END AS taken
        ) t
        WHERE s.ledger_id = $1 AND s.generation = $2 AND s.account_id = $3
            AND (s.party_id = $4 OR l.holder_party_id = $4)
    ) own
) line
WHERE position > $5
ORDER BY position LIMIT $6
