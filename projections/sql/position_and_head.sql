-- purpose: the position that a ledger's rows reflect, and where its log ends
-- locks: none
-- index: log_head_pkey, checkpoint_current
SELECT h.size AS head, coalesce(c.position, 0) AS "position!", c.stopped_because AS "stopped_because?"
FROM log_head h
LEFT JOIN read_model.checkpoint c ON c.ledger_id = h.ledger_id AND c.is_current
WHERE h.ledger_id = $1
