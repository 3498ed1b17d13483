-- purpose: the members of some parties
-- locks: none
-- index: party_member_pkey
SELECT
    party_id, person_id, share AS "share: _"
FROM read_model.party_member
WHERE ledger_id = $1 AND generation = $2 AND party_id = ANY($3)
ORDER BY party_id, person_id
