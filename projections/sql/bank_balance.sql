-- purpose: what the bank says stood on an account at the end of a month
-- locks: none
-- index: bank_balance_pkey
SELECT channel_account_id, period AS "period: _", position, balance AS "balance: _", stated_by_staff_id
FROM read_model.bank_balance
WHERE ledger_id = $1 AND generation = $2 AND channel_account_id = $3 AND period = $4
