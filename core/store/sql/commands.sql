-- purpose: which of these commands were applied before
-- locks: none
-- index: command_pkey
SELECT command.ledger_id, command.command_id, command.request_digest, command.first_position, command.last_position
FROM UNNEST($1::uuid[], $2::uuid[]) AS want (ledger_id, command_id)
JOIN command USING (ledger_id, command_id)
