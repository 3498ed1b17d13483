-- purpose: all events of the streams that a batch of decisions wants, over several ledgers
-- locks: none
-- index: event_stream_version_unique (OFFSET 0 keeps the planner from turning it into a scan)
SELECT want.ledger_id AS "ledger_id!", found.stream_id AS "stream_id!", found.body AS "body!"
FROM UNNEST($1::uuid[], $2::uuid[]) AS want (ledger_id, stream_id)
CROSS JOIN LATERAL (
    SELECT event.stream_id, event.stream_version, event.body
    FROM event
    WHERE event.ledger_id = want.ledger_id AND event.stream_id = want.stream_id
    ORDER BY event.stream_version
    OFFSET 0
) AS found
ORDER BY want.ledger_id, found.stream_id, found.stream_version
