-- purpose: days of online channel accounts on which money of a community came or went
-- locks: none
-- index: payment_of_channel_day, refund_of_channel_day
SELECT channel_account_id AS "channel_account_id!", value_on AS "value_on!"
FROM read_model.payment
WHERE ledger_id = $1 AND generation = $2 AND channel = 'online' AND channel_account_id = ANY ($3::uuid[])
    AND value_on BETWEEN $4 AND $5
UNION
SELECT channel_account_id, value_on
FROM read_model.refund
WHERE ledger_id = $1 AND generation = $2 AND status = 'settled' AND channel_account_id = ANY ($3::uuid[])
    AND value_on BETWEEN $4 AND $5
