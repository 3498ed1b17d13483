-- purpose: the head of an empty log, so that its first append has a fence to pass
-- locks: the new row
-- index: log_head_pkey
INSERT INTO log_head (ledger_id, size, root, frontier, recorded_at)
VALUES ($1, 0, $2, ''::bytea, $3)
ON CONFLICT (ledger_id) DO NOTHING
