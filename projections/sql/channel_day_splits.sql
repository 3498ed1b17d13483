-- purpose: what of a day's bill is whose, by the newest reading
-- locks: none
-- index: channel_day_split_pkey
SELECT
    channel_day_id, reading, part, community_id, paid AS "paid: _", refunded AS "refunded: _", fee AS "fee: _"
FROM read_model.channel_day_split
WHERE ledger_id = $1 AND generation = $2 AND channel_day_id = $3 AND reading = $4
ORDER BY part
