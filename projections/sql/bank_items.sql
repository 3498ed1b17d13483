-- purpose: what was open between bank and books at the end of a month, the oldest first
-- locks: none
-- index: bank_item_by_channel_account
SELECT
    bank_item_id, position, channel_account_id, side AS "side: _", amount AS "amount: _", booked_on, note AS "note: _",
    cleared_on
FROM read_model.bank_item
WHERE ledger_id = $1 AND generation = $2 AND channel_account_id = $3
    AND booked_on <= $4 AND coalesce(cleared_on > $4, true)
ORDER BY booked_on, position
