-- purpose: pools, the newest first
-- locks: none
-- index: pool_by_position
SELECT
    pool_id, position, fee_item_id, label AS "label: _", service_from, service_until, amount AS "amount: _", lowers_pool_id,
    units, total_weight AS "total_weight: _", uncharged AS "uncharged: _", chunks, standing, due_on, opened_at, posted_at,
    reversed_at, status AS "status: _"
FROM read_model.pool
WHERE ledger_id = $1 AND generation = $2 AND position < $3
ORDER BY position DESC LIMIT $4
