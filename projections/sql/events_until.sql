-- purpose: a page of a ledger's log up to a position
-- locks: none
-- index: event_pkey
SELECT position, body FROM event
WHERE ledger_id = $1 AND position > $2 AND position <= $3
ORDER BY position
LIMIT $4
