-- purpose: settlements of a community, the newest first
-- locks: none
-- index: channel_settlement_by_position
SELECT
    channel_settlement_id, position, channel_account_id, bank_account_id, day, gross AS "gross: _", fee AS "fee: _",
    net AS "net: _", value_on, reversed
FROM read_model.channel_settlement
WHERE ledger_id = $1 AND generation = $2 AND position < $3
ORDER BY position DESC LIMIT $4
