-- purpose: the next rows of a ledger's log exactly as they lie in the table, also such as no append could have written
-- locks: none
-- index: event_pkey
SELECT position, stream_id, stream_version, body, leaf_hash
FROM event
WHERE ledger_id = $1 AND position > $2
ORDER BY position
LIMIT $3
