-- purpose: the position up to which a reactor has answered a ledger
-- locks: none
-- index: reactor.checkpoint_pkey
SELECT position
FROM reactor.checkpoint
WHERE ledger_id = $1 AND reactor = $2
