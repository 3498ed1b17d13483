-- purpose: what the live balances say of each account, fund and party
-- locks: none
-- index: account_balance_pkey
SELECT account_id, fund, party_id, receivable, credit, deposit_held, refunds_payable
FROM read_model.account_balance
WHERE ledger_id = $1 AND generation = $2
ORDER BY account_id, fund, party_id
