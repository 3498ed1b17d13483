-- purpose: periods that were closed at least once, the newest first
-- locks: none
-- index: period_pkey
SELECT
    period AS "period: _", position, version, closed_at, closed_by_staff_id, reopened_at, status AS "status: _"
FROM read_model.period
WHERE ledger_id = $1 AND generation = $2 AND period < $3
ORDER BY period DESC LIMIT $4
