-- purpose: every channel account
-- locks: none
-- index: channel_account_pkey
SELECT
    channel_account_id, kind AS "kind: _", purse AS "purse: _", label AS "label: _", open
FROM read_model.channel_account
WHERE ledger_id = $1 AND generation = $2
ORDER BY label, channel_account_id
