-- purpose: what a person was told in a ledger, the newest first
-- locks: none
-- index: reactor.inbox_pkey
SELECT
    person_id, position, party_id, account_id, stage, open AS "open: _", oldest_due_on, effective_on, recorded_at, read_at
FROM reactor.inbox
WHERE ledger_id = $1 AND person_id = $2 AND position < $3
ORDER BY position DESC LIMIT $4
