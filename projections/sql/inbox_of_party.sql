-- purpose: what the members of a party were told, the newest first
-- locks: none
-- index: reactor.inbox_by_party
SELECT
    person_id, position, kind AS "kind: _", party_id, account_id, subject_id, amount AS "amount: _", stage, oldest_due_on,
    effective_on, recorded_at, read_at
FROM reactor.inbox
WHERE ledger_id = $1 AND party_id = $2 AND (position, person_id) < ($3, $4)
ORDER BY position DESC, person_id DESC LIMIT $5
