-- purpose: where the seal of a version of a month stands, of the newest one when none is named
-- locks: none
-- index: period_seal_pkey
SELECT position
FROM read_model.period_seal
WHERE ledger_id = $1 AND generation = $2 AND period = $3 AND ($4::integer IS NULL OR version = $4)
ORDER BY version DESC LIMIT 1
