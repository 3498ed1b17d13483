-- purpose: the newest event of streams whose fold needs no other (receipt series)
-- locks: none
-- index: event_stream_version_unique, one row per stream
SELECT want.ledger_id AS "ledger_id!", found.stream_id AS "stream_id!", found.body AS "body!"
FROM UNNEST($1::uuid[], $2::uuid[]) AS want (ledger_id, stream_id)
CROSS JOIN LATERAL (
    SELECT event.stream_id, event.body
    FROM event
    WHERE event.ledger_id = want.ledger_id AND event.stream_id = want.stream_id
    ORDER BY event.stream_version DESC
    LIMIT 1
) AS found
