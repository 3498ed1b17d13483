-- purpose: companies by id
-- locks: none
-- index: company_pkey
SELECT
    company_id, code AS "code: _", name AS "name: _", social_credit_code AS "social_credit_code: _"
FROM read_model.company
WHERE ledger_id = $1 AND generation = $2 AND company_id > $3
ORDER BY company_id LIMIT $4
