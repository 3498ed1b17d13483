-- purpose: what vacancies take off
-- locks: none
-- index: vacancy_policy_pkey
SELECT
    fee_item_id, valid_from, position, off AS "off: _"
FROM read_model.vacancy_policy
WHERE ledger_id = $1 AND generation = $2
ORDER BY fee_item_id, valid_from
