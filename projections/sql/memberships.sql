-- purpose: the parties of a person
-- locks: none
-- index: party_member_by_person
SELECT
    party_id, person_id, share AS "share: _"
FROM read_model.party_member
WHERE ledger_id = $1 AND generation = $2 AND person_id = $3
ORDER BY party_id
