-- purpose: what has to be said outside, the newest first
-- locks: none
-- index: reactor.outbox_pkey
SELECT position, kind AS "kind: _", party_id, account_id, subject_id, amount AS "amount: _", recorded_at
FROM reactor.outbox
WHERE ledger_id = $1 AND position < $2
ORDER BY position DESC LIMIT $3
