-- purpose: tells persons; what they were told before by the same event is left as it is
-- locks: the new rows
-- index: reactor.inbox_pkey
INSERT INTO reactor.inbox
    (ledger_id, person_id, position, kind, party_id, account_id, subject_id, amount, stage, oldest_due_on, effective_on,
     recorded_at)
SELECT $1, told.person_id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
FROM unnest($2::uuid[]) AS told (person_id)
ON CONFLICT (ledger_id, person_id, position) DO NOTHING
