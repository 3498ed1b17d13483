-- purpose: ledgers whose rows do not reflect their head yet, the nearest first, so that a long catch-up starves nobody
-- locks: none
-- index: log_head_pkey and checkpoint_current, a row per ledger
SELECT h.ledger_id, c.generation AS "generation?"
FROM log_head h
LEFT JOIN read_model.checkpoint c ON c.ledger_id = h.ledger_id AND c.is_current
WHERE h.size > coalesce(c.position, 0) AND (c.stopped_at_position IS NULL OR $1)
ORDER BY h.size - coalesce(c.position, 0), h.ledger_id
LIMIT $2
