-- purpose: the ledgers that are loaded into a generation and not read from it yet
-- locks: none
-- index: a scan; one row per ledger and generation
SELECT ledger_id, position FROM read_model.checkpoint WHERE generation = $1 AND NOT is_current ORDER BY ledger_id
