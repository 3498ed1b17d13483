-- purpose: notes that a person has read everything up to a position; what was read before keeps its time
-- locks: the rows
-- index: reactor.inbox_pkey
UPDATE reactor.inbox
SET read_at = $4
WHERE ledger_id = $1 AND person_id = $2 AND position <= $3 AND read_at IS NULL
