-- purpose: every administrator
-- locks: none
-- index: administrator_pkey
SELECT
    administrator_id, name_item_id, active
FROM read_model.administrator
WHERE ledger_id = $1 AND generation = $2
ORDER BY administrator_id
