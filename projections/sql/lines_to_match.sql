-- purpose: lines of bank statements that name a payment order that asks for the money, or one unit which owes no more than it, and
-- that nobody had in hand yet
-- locks: none
-- index: payment_by_age_in_suspense, payment_order_pkey, suspense_hint_pkey, unit_pkey, account_balance_pkey
SELECT p.payment_id, p.position
FROM read_model.payment p
WHERE p.ledger_id = $1 AND p.generation = $2
    AND p.suspense > 0 AND p.suspense = p.amount AND p.channel = 'bank' AND p.match_status IS NULL AND p.position < $3
    AND (
        EXISTS (
            SELECT FROM read_model.payment_order o
            WHERE o.ledger_id = p.ledger_id AND o.generation = p.generation AND o.payment_order_id = p.named_order_id
                AND o.status <> 'paid' AND o.amount = p.amount
        )
        OR EXISTS (
            SELECT FROM read_model.suspense_hint h
            JOIN read_model.unit u ON u.ledger_id = h.ledger_id AND u.generation = h.generation AND u.unit_id = h.unit_id
            WHERE h.ledger_id = p.ledger_id AND h.generation = p.generation AND h.payment_id = p.payment_id
                AND NOT EXISTS (
                    SELECT FROM read_model.suspense_hint other
                    WHERE other.ledger_id = h.ledger_id AND other.generation = h.generation
                        AND other.payment_id = h.payment_id AND other.unit_id <> h.unit_id
                )
                AND (
                    SELECT coalesce(sum(b.receivable), 0) FROM read_model.account_balance b
                    WHERE b.ledger_id = u.ledger_id AND b.generation = u.generation AND b.account_id = u.account_id
                ) BETWEEN 0.01 AND p.suspense
        )
    )
ORDER BY p.position DESC LIMIT $4
