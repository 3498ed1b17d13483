-- purpose: one account
-- locks: none
-- index: account_pkey
SELECT
    account_id, unit_id, unit_kind AS "unit_kind: _", building AS "building: _", balance AS "balance: _"
FROM read_model.account
WHERE ledger_id = $1 AND generation = $2 AND account_id = $3
ORDER BY account_id
