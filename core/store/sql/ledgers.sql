-- purpose: every ledger there is
-- locks: none
-- index: log_head_pkey
SELECT ledger_id FROM log_head ORDER BY ledger_id
