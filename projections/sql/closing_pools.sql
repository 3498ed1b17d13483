-- purpose: pools of a service time that began by a day and that are not at their end, the oldest first
-- locks: none
-- index: pool_under_way
SELECT pool_id FROM read_model.pool
WHERE ledger_id = $1 AND generation = $2 AND status IN ('open', 'posting', 'reversing') AND service_from <= $3
ORDER BY position LIMIT 100
