-- purpose: the parties of a ledger by id
-- locks: none
-- index: party_pkey
SELECT
    party_id, kind AS "kind: _", contact_person_id, name AS "name: _"
FROM read_model.party
WHERE ledger_id = $1 AND generation = $2 AND party_id > $3
ORDER BY party_id LIMIT $4
