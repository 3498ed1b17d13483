-- purpose: gives ledgers that no projection has met yet a checkpoint in the newest generation
-- locks: the new rows
-- index: checkpoint_pkey, checkpoint_current
INSERT INTO read_model.checkpoint (ledger_id, generation, position, is_current)
SELECT ledger_id, g.generation, 0, true
FROM unnest($1::uuid[]) AS wanted (ledger_id)
CROSS JOIN (SELECT max(generation) AS generation FROM read_model.generation WHERE is_attached) g
ON CONFLICT DO NOTHING
