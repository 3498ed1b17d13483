-- purpose: whose account it is, and its balance before a day; of one party of it, the balance that is its own
-- locks: none
-- index: account_pkey, unit_pkey, statement_line_pkey, credit_lot_pkey
SELECT
    u.code AS "code?: _",
    (
        SELECT coalesce(sum(
            CASE
                WHEN $5::uuid IS NULL OR l.holder_party_id IS NULL OR l.holder_party_id = s.party_id THEN s.effect
                WHEN s.party_id = $5 THEN s.effect - t.taken
                ELSE t.taken
            END), 0.00)
        FROM read_model.statement_line s
        LEFT JOIN read_model.credit_lot l
            ON l.ledger_id = $1 AND l.generation = $2 AND l.lot_id = s.lot_id
                AND s.event_type IN ('charge_paid', 'charge_payment_undone', 'credit_moved')
        CROSS JOIN LATERAL (
            SELECT CASE WHEN s.event_type = 'charge_payment_undone' THEN -s.amount ELSE s.amount END AS taken
        ) t
        WHERE s.ledger_id = $1 AND s.generation = $2 AND s.account_id = $3 AND s.effective_on < $4
            AND ($5::uuid IS NULL OR s.party_id = $5 OR l.holder_party_id = $5)
    ) AS "balance!: _"
FROM read_model.account a
LEFT JOIN read_model.unit u ON u.ledger_id = $1 AND u.generation = $2 AND u.unit_id = a.unit_id
WHERE a.ledger_id = $1 AND a.generation = $2 AND a.account_id = $3
