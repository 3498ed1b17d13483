-- purpose: the next rows of a ledger's command table exactly as they lie there; none given: the first
-- locks: none
-- index: command_pkey
SELECT command_id, first_position, last_position
FROM command
WHERE ledger_id = $1 AND command_id >= coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid)
  AND command_id IS DISTINCT FROM $2
ORDER BY command_id
LIMIT $3
