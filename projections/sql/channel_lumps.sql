-- purpose: days of channel accounts whose money came to the bank in one sum, from a day on
-- locks: none
-- index: channel_day_by_day
SELECT channel_day_id FROM read_model.channel_day
WHERE ledger_id = $1 AND generation = $2 AND day >= $3 AND lump IS NOT NULL
ORDER BY day, channel_day_id
