-- purpose: batches of openings, the newest first
-- locks: none
-- index: opening_by_position
SELECT
    opening_id, position, import_id, records, amount AS "amount: _", chunks, standing, started_at, completed_at,
    reversed_at, status AS "status: _", refused_chunk, refused_record, refused_account_id,
    refused_by AS "refused_by: _", resumed
FROM read_model.opening
WHERE ledger_id = $1 AND generation = $2 AND position < $3
ORDER BY position DESC LIMIT $4
