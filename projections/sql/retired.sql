-- purpose: ledgers that left a generation which others are still read from
-- locks: none
-- index: a scan; a row per ledger and generation
SELECT ledger_id, generation FROM read_model.checkpoint
WHERE NOT is_current AND generation < $1 ORDER BY generation, ledger_id
