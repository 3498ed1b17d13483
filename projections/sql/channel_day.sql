-- purpose: one reconciled day
-- locks: none
-- index: channel_day_pkey
SELECT
    channel_day_id, position, channel_account_id, day, bill AS "bill: _", lines, matched, open_differences,
    explained_differences, paid AS "paid: _", refunded AS "refunded: _", fee AS "fee: _", reconciled_at, signed_off_at,
    signed_off_by_staff_id, lump AS "lump: _", lump_value_on, rest AS "rest: _", rest_note AS "rest_note: _"
FROM read_model.channel_day
WHERE ledger_id = $1 AND generation = $2 AND channel_day_id = $3
ORDER BY channel_day_id
