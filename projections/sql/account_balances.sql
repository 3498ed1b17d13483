-- purpose: the balances of an account, or of every account, of all parties or of one, ordered by key
-- locks: none
-- index: account_balance_pkey
SELECT
    account_id, fund AS "fund: _", party_id, receivable AS "receivable: _", credit AS "credit: _",
    deposit_held AS "deposit_held: _", refunds_payable AS "refunds_payable: _"
FROM read_model.account_balance
WHERE ledger_id = $1 AND generation = $2
    AND (account_id = $3 OR $3 IS NULL) AND (account_id, fund, party_id) > ($4, $5, $6)
    AND (party_id = $7 OR $7::uuid IS NULL)
ORDER BY account_id, fund, party_id LIMIT $8
