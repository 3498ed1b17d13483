-- purpose: forgets the fingerprints of a subject
-- locks: its rows
-- index: blind_index_subject
DELETE FROM identity.blind_index WHERE company_ledger_id = $1 AND subject_id = $2
