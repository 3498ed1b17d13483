-- purpose: how a month of the books stands: its close, or that of the first closed month after it, and its seal; and when the
-- last of its vouchers was recorded
-- locks: none
-- index: ledger_pkey, period_pkey, period_seal_pkey, voucher_by_number
SELECT
    l.code AS "code: _", p.position AS "closed_at?", coalesce(p.closed_at, v.recorded_at) AS recorded_at,
    s.version AS "version?", s.size AS "size?", s.root AS "root?: _"
FROM read_model.ledger l
LEFT JOIN LATERAL (
    SELECT position, period, version, closed_at FROM read_model.period
    WHERE ledger_id = l.ledger_id AND generation = l.generation AND period >= $4 AND status = 'closed'
    ORDER BY period LIMIT 1
) p ON true
LEFT JOIN read_model.period_seal s ON s.ledger_id = l.ledger_id AND s.generation = l.generation
    AND s.period = p.period AND s.version = p.version
LEFT JOIN LATERAL (
    SELECT recorded_at FROM read_model.voucher
    WHERE ledger_id = l.ledger_id AND generation = l.generation AND purse = $3 AND period = $4
    ORDER BY number DESC LIMIT 1
) v ON true
WHERE l.ledger_id = $1 AND l.generation = $2
LIMIT 1
