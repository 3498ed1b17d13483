-- purpose: the events of a stream before a position
-- locks: none
-- index: event_stream_version_unique
SELECT body
FROM event
WHERE ledger_id = $1 AND stream_id = $2 AND position < $3
ORDER BY stream_version
