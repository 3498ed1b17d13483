-- purpose: reconciled days of a company's channel accounts, the latest first
-- locks: none
-- index: channel_day_by_day
SELECT
    channel_day_id, position, channel_account_id, day, bill AS "bill: _", lines, matched, open_differences,
    explained_differences, paid AS "paid: _", refunded AS "refunded: _", fee AS "fee: _", reconciled_at, signed_off_at,
    signed_off_by_staff_id, lump AS "lump: _", lump_value_on, rest AS "rest: _", rest_note AS "rest_note: _"
FROM read_model.channel_day
WHERE ledger_id = $1 AND generation = $2 AND (channel_account_id = $3 OR $3::uuid IS NULL) AND (day, channel_day_id) < ($4, $5)
ORDER BY day DESC, channel_day_id DESC LIMIT $6
