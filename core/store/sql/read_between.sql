-- purpose: the events of one command, or any other stretch of a ledger's log
-- locks: none
-- index: event_pkey
SELECT position, stream_id, stream_version, body, leaf_hash
FROM event
WHERE ledger_id = $1 AND position BETWEEN $2 AND $3
ORDER BY position
