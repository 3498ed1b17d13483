-- purpose: puts out what has to be said outside; what the same event put out before is left as it is
-- locks: the new row
-- index: reactor.outbox_pkey
INSERT INTO reactor.outbox (ledger_id, position, kind, party_id, account_id, subject_id, amount, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (ledger_id, position) DO NOTHING
