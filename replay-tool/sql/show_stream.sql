-- purpose: all events of one stream, for showing its history
-- locks: none
-- index: event_stream_version_unique
SELECT body
FROM event
WHERE ledger_id = $1 AND stream_id = $2
ORDER BY stream_version
