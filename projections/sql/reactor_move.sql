-- purpose: moves the checkpoints of reactors in a ledger, never back
-- locks: the checkpoints, which the transaction holds already
-- index: reactor.checkpoint_pkey
UPDATE reactor.checkpoint
SET position = greatest(position, $3)
WHERE ledger_id = $1 AND reactor = ANY ($2::text[])
