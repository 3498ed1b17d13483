-- purpose: the leaf hashes of some events
-- locks: none
-- index: event_pkey
SELECT position, leaf_hash
FROM event
WHERE ledger_id = $1 AND position = ANY($2::bigint[])
ORDER BY position
