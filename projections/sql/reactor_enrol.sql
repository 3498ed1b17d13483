-- purpose: gives reactors a checkpoint in ledgers that they have not met yet
-- locks: the new rows
-- index: reactor.checkpoint_pkey
INSERT INTO reactor.checkpoint (ledger_id, reactor, position)
SELECT l.ledger_id, r.reactor, 0
FROM unnest($1::uuid[]) AS l (ledger_id)
CROSS JOIN unnest($2::text[]) AS r (reactor)
ON CONFLICT (ledger_id, reactor) DO NOTHING
