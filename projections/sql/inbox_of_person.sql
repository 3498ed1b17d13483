-- purpose: what a person was told in a ledger, the newest first
-- locks: none
-- index: reactor.inbox_pkey
SELECT
    person_id, position, kind AS "kind: _", party_id, account_id, subject_id, amount AS "amount: _", stage, oldest_due_on,
    effective_on, recorded_at, read_at
FROM reactor.inbox
WHERE ledger_id = $1 AND person_id = $2 AND position < $3
ORDER BY position DESC LIMIT $4
