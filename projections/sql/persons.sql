-- purpose: some persons
-- locks: none
-- index: person_pkey
SELECT
    person_id, name_item_id, mobile_item_id, identity_item_id, erased
FROM read_model.person
WHERE ledger_id = $1 AND generation = $2 AND person_id = ANY($3)
ORDER BY person_id
