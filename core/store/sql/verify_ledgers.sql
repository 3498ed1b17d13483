-- purpose: every ledger that has a head or an event: a forger may have removed either
-- locks: none
-- index: log_head_pkey; event_pkey, one row per ledger
WITH RECURSIVE seen AS (
    (SELECT ledger_id FROM event ORDER BY ledger_id LIMIT 1)
    UNION ALL
    SELECT (SELECT event.ledger_id FROM event WHERE event.ledger_id > seen.ledger_id ORDER BY event.ledger_id LIMIT 1)
    FROM seen
    WHERE seen.ledger_id IS NOT NULL
)
SELECT ledger_id AS "ledger_id!" FROM seen WHERE ledger_id IS NOT NULL
UNION
SELECT ledger_id FROM log_head
ORDER BY 1
