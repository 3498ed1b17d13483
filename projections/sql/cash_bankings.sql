-- purpose: cash that went to the bank, the newest first
-- locks: none
-- index: cash_banking_by_position
SELECT
    shift_id, number, position, channel_account_id, bank_account_id, amount AS "amount: _", value_on, slip AS "slip: _",
    reversed
FROM read_model.cash_banking
WHERE ledger_id = $1 AND generation = $2 AND position < $3
ORDER BY position DESC LIMIT $4
