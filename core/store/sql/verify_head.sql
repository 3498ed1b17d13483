-- purpose: the head of a ledger exactly as it lies in the table
-- locks: none
-- index: log_head_pkey
SELECT size, root, frontier, recorded_at
FROM log_head
WHERE ledger_id = $1
