-- purpose: how far the rows of every ledger are behind its log
-- locks: none
-- index: a scan; a row per ledger
SELECT
    h.ledger_id, h.size AS head, coalesce(c.position, 0) AS "position!", h.recorded_at,
    c.stopped_at_position AS "stopped_at_position?", c.stopped_because AS "stopped_because?"
FROM log_head h
LEFT JOIN read_model.checkpoint c ON c.ledger_id = h.ledger_id AND c.is_current
ORDER BY h.ledger_id
