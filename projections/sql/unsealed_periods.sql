-- purpose: closed periods whose newest version is not sealed, the oldest first
-- locks: none
-- index: period_pkey
SELECT
    period AS "period: _", position, version, closed_at, closed_by_staff_id, reopened_at, status AS "status: _"
FROM read_model.period p
WHERE p.ledger_id = $1 AND p.generation = $2 AND p.status = 'closed' AND NOT EXISTS (
    SELECT FROM read_model.period_seal s
    WHERE s.ledger_id = p.ledger_id AND s.generation = p.generation AND s.period = p.period AND s.version = p.version)
ORDER BY p.period
