-- purpose: what the obligors of receipts owed, less their credit, right after each receipt, by unit of its lines: each party's
-- own balance as in statement_of_party.sql
-- locks: none
-- index: receipt_pkey, receipt_line_pkey, account_pkey, unit_pkey, statement_line_pkey, credit_lot_pkey
SELECT
    r.receipt_id, u.code AS "unit: _",
    (
        SELECT coalesce(sum(
            CASE
                WHEN c.holder_party_id IS NULL OR c.holder_party_id = s.party_id THEN s.effect
                WHEN s.party_id = r.obligor_party_id THEN s.effect - t.taken
                ELSE t.taken
            END), 0.00)
        FROM read_model.statement_line s
        LEFT JOIN read_model.credit_lot c
            ON c.ledger_id = $1 AND c.generation = $2 AND c.lot_id = s.lot_id
                AND s.event_type IN ('charge_paid', 'charge_payment_undone', 'credit_moved')
        CROSS JOIN LATERAL (
            SELECT CASE WHEN s.event_type = 'charge_payment_undone' THEN -s.amount ELSE s.amount END AS taken
        ) t
        WHERE s.ledger_id = $1 AND s.generation = $2 AND s.account_id = a.account_id AND s.position < r.position
            AND (s.party_id = r.obligor_party_id OR c.holder_party_id = r.obligor_party_id)
    ) AS "balance!: _"
FROM read_model.receipt r
CROSS JOIN LATERAL (
    SELECT DISTINCT l.account_id FROM read_model.receipt_line l
    WHERE l.ledger_id = $1 AND l.generation = $2 AND l.receipt_id = r.receipt_id AND l.account_id IS NOT NULL
) l
JOIN read_model.account a ON a.ledger_id = $1 AND a.generation = $2 AND a.account_id = l.account_id
JOIN read_model.unit u ON u.ledger_id = $1 AND u.generation = $2 AND u.unit_id = a.unit_id
WHERE r.ledger_id = $1 AND r.generation = $2 AND r.receipt_id = ANY($3::uuid[])
ORDER BY r.receipt_id, u.code
