-- purpose: which generation a ledger is read from and the position its rows reflect; a ledger not met yet has no rows
-- locks: none
-- index: log_head_pkey, checkpoint_current
SELECT coalesce(c.generation, 0::smallint) AS "generation!", coalesce(c.position, 0) AS "position!"
FROM log_head h
LEFT JOIN read_model.checkpoint c ON c.ledger_id = h.ledger_id AND c.is_current
WHERE h.ledger_id = $1
