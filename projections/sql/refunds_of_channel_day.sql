-- purpose: what went back, or was given back, by an online channel account on a day
-- locks: none
-- index: refund_of_channel_day, refund_sent_on_day
SELECT
    refund_id, channel_number, channel_reference AS "channel_reference: Text<Code>", amount AS "amount: Amount",
    status AS "status: Text<RefundStatus>", value_on, sent_at
FROM read_model.refund
WHERE ledger_id = $1 AND generation = $2 AND (
    (status = 'settled' AND channel_account_id = $3 AND value_on = $4)
    OR (sent_by_channel_account_id = $3 AND sent_at >= $5 AND sent_at < $6)
)
