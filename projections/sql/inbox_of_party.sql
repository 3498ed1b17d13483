-- purpose: what the members of a party were told, the newest first
-- locks: none
-- index: reactor.inbox_by_party
SELECT
    person_id, position, party_id, account_id, stage, open AS "open: _", oldest_due_on, effective_on, recorded_at, read_at
FROM reactor.inbox
WHERE ledger_id = $1 AND party_id = $2 AND (position, person_id) < ($3, $4)
ORDER BY position DESC, person_id DESC LIMIT $5
