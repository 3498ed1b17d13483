-- purpose: the position and generation that a ledger's read models reflect, why they stopped, and where its log ends
-- locks: none
-- index: log_head_pkey, checkpoint_current
SELECT
    h.size AS head, coalesce(c.position, 0) AS "position!", coalesce(c.generation, 0::smallint) AS "generation!",
    c.stopped_because AS "stopped_because?"
FROM log_head h
LEFT JOIN read_model.checkpoint c ON c.ledger_id = h.ledger_id AND c.is_current
WHERE h.ledger_id = $1
