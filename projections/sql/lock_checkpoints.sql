-- purpose: takes the checkpoints of these ledgers; who holds them folds, and what another process holds is left to it
-- locks: the checkpoints, until the transaction ends
-- index: checkpoint_current
SELECT ledger_id, generation, position
FROM read_model.checkpoint
WHERE ledger_id = ANY($1) AND is_current AND (stopped_at_position IS NULL OR $2)
ORDER BY ledger_id
FOR UPDATE SKIP LOCKED
