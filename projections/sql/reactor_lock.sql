-- purpose: takes the checkpoints of reactors in a ledger; what another process holds is left to it
-- locks: the checkpoints, until the transaction ends
-- index: reactor.checkpoint_pkey
SELECT reactor, position
FROM reactor.checkpoint
WHERE ledger_id = $1 AND reactor = ANY ($2::text[])
ORDER BY reactor
FOR UPDATE SKIP LOCKED
