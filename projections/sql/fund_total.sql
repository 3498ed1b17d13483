-- purpose: what all units have together in the maintenance fund
-- locks: none
-- index: a scan of the ledger's units
SELECT
    count(*) AS "units!", coalesce(sum(first_deposit), 0) AS "first_deposit!: _",
    coalesce(sum(demanded), 0) AS "demanded!: _", coalesce(sum(contributed), 0) AS "contributed!: _",
    coalesce(sum(spent), 0) AS "spent!: _", coalesce(sum(balance), 0) AS "balance!: _"
FROM read_model.unit_fund
WHERE ledger_id = $1 AND generation = $2
