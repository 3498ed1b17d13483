-- purpose: pools that a process has work with, the oldest first
-- locks: none
-- index: pool_under_way
SELECT
    pool_id, position, fee_item_id, label AS "label: _", service_from, service_until, amount AS "amount: _", lowers_pool_id,
    units, total_weight AS "total_weight: _", uncharged AS "uncharged: _", chunks, standing, due_on, opened_at, posted_at,
    reversed_at, status AS "status: _"
FROM read_model.pool
WHERE ledger_id = $1 AND generation = $2 AND status IN ('posting', 'reversing')
ORDER BY position LIMIT 100
