-- purpose: the payments whose money became credit of an account, the newest first; of one party of it, those that became its
-- credit, with no more of their amounts than that
-- locks: none
-- index: credit_lot_by_account, statement_line_pkey, payment_pkey
SELECT
    p.payment_id, p.position, p.channel_account_id, p.channel AS "channel: _", p.purse AS "purse: _",
    p.reference AS "reference: _",
    CASE WHEN $4::uuid IS NULL THEN p.amount ELSE own.part END AS "amount!: _",
    CASE WHEN $4::uuid IS NULL THEN p.identified ELSE own.part END AS "identified!: _",
    CASE WHEN $4::uuid IS NULL THEN p.returned ELSE 0.00 END AS "returned!: _",
    CASE WHEN $4::uuid IS NULL THEN p.suspense ELSE 0.00 END AS "suspense!: _",
    p.value_on, p.effective_on, p.recorded_at, p.shift_id, p.payer_item_id, p.status AS "status: _",
    p.payer_account_item_id, p.remark_item_id, p.method AS "method: _", p.match_status AS "match_status: _", p.bounced_on, p.bounce_effective_on,
    CASE WHEN $4::uuid IS NULL THEN p.tendered END AS "tendered: _", CASE WHEN $4::uuid IS NULL THEN p.change END AS "change: _",
    CASE WHEN $4::uuid IS NULL THEN p.rounding END AS "rounding: _", p.named_order_id
FROM read_model.payment p
LEFT JOIN (
    SELECT
        s.payment_id, bool_or(s.event_type = 'credit_received') AS reached,
        sum(CASE s.event_type WHEN 'credit_received' THEN s.amount ELSE -s.amount END) AS part
    FROM read_model.statement_line s
    WHERE s.ledger_id = $1 AND s.generation = $2 AND s.account_id = $3 AND s.party_id = $4
        AND s.event_type IN ('credit_received', 'credit_withdrawn')
    GROUP BY s.payment_id
) own ON own.payment_id = p.payment_id
WHERE p.ledger_id = $1 AND p.generation = $2
    AND p.payment_id IN (
        SELECT l.payment_id FROM read_model.credit_lot l
        WHERE l.ledger_id = $1 AND l.generation = $2 AND l.account_id = $3)
    AND ($4::uuid IS NULL OR own.part > 0 OR (own.reached AND p.status IN ('reversed', 'bounced')))
    AND p.position < $5
ORDER BY p.position DESC LIMIT $6
