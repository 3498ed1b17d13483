-- purpose: what came in by an online channel account on a day
-- locks: none
-- index: payment_of_channel_day
SELECT reference AS "reference: Text<Code>", amount AS "amount: Amount", status = 'received' AS "stands!"
FROM read_model.payment
WHERE ledger_id = $1 AND generation = $2 AND channel = 'online' AND channel_account_id = $3 AND value_on = $4
