-- purpose: periods that were closed at least once, the newest first, with the seal of the newest version
-- locks: none
-- index: period_pkey
SELECT
    p.period AS "period: _", p.position, p.version, p.closed_at, p.closed_by_staff_id, p.reopened_at,
    p.status AS "status: _", s.sealed_at AS "sealed_at?", s.size AS "sealed_size?", s.root AS "sealed_root?: _",
    s.figures AS "sealed_figures?: _"
FROM read_model.period p
LEFT JOIN read_model.period_seal s ON s.ledger_id = p.ledger_id AND s.generation = p.generation
    AND s.period = p.period AND s.version = p.version
WHERE p.ledger_id = $1 AND p.generation = $2 AND p.period < $3
ORDER BY p.period DESC LIMIT $4
