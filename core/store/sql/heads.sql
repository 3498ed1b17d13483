-- purpose: the heads of some ledgers, and the database's clock
-- locks: none
-- index: log_head_pkey
SELECT ledger_id, size, root, frontier, recorded_at, clock_timestamp() AS "database_now!"
FROM log_head
WHERE ledger_id = ANY($1::uuid[])
