-- purpose: the next events of several ledgers, each after its own position
-- locks: none
-- index: event_pkey
SELECT w.ledger_id AS "ledger_id!", e.position, e.body
FROM unnest($1::uuid[], $2::bigint[]) AS w (ledger_id, position)
CROSS JOIN LATERAL (
    SELECT position, body FROM event
    WHERE event.ledger_id = w.ledger_id AND event.position > w.position
    ORDER BY position LIMIT $3
) e
ORDER BY w.ledger_id, e.position
