-- purpose: holds the heads of some ledgers until their append, for lanes that another process keeps overtaking
-- locks: one log_head row per ledger, by id, until the commit that follows; whoever waits gets it in turn
-- index: log_head_pkey
SELECT ledger_id FROM log_head WHERE ledger_id = ANY($1::uuid[]) ORDER BY ledger_id FOR UPDATE
