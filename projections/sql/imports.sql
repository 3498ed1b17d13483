-- purpose: imports, the newest first
-- locks: none
-- index: import_by_position
SELECT
    import_id, position, kind AS "kind: _", file AS "file: _", rows, posted, refused, started_at, completed_at, withdrawn_at
FROM read_model.import
WHERE ledger_id = $1 AND generation = $2 AND position < $3
ORDER BY position DESC LIMIT $4
