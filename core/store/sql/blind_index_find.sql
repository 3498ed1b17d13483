-- purpose: subjects of a company with a fingerprint
-- locks: none
-- index: blind_index_pkey
SELECT subject_id, item_id
FROM identity.blind_index
WHERE company_ledger_id = $1 AND kind = $2 AND token = $3
ORDER BY subject_id
LIMIT 100
