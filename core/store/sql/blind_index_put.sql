-- purpose: makes vault items findable by fingerprint; the same fingerprint of a subject moves to its newest item
-- locks: the new rows
-- index: blind_index_pkey
INSERT INTO identity.blind_index AS have (company_ledger_id, kind, token, subject_id, item_id)
SELECT DISTINCT ON (new.kind, new.token, new.subject_id) $1, new.kind, new.token, new.subject_id, new.item_id
FROM UNNEST($2::text[], $3::bytea[], $4::uuid[], $5::uuid[]) AS new (kind, token, subject_id, item_id)
ORDER BY new.kind, new.token, new.subject_id, new.item_id DESC
ON CONFLICT (company_ledger_id, kind, token, subject_id) DO UPDATE SET item_id = EXCLUDED.item_id
