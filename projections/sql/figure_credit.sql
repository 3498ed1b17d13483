-- purpose: credit of each holder at the end of a month
-- locks: none
-- index: a scan of the ledger's sums
SELECT min(building) AS "building!", account_id AS "account_id!", party_id AS "party_id!", fund AS "fund!: _",
    sum(credit) AS "credit!: _", sum(booked) AS "booked!: _"
FROM read_model.figure_credit
WHERE ledger_id = $1 AND generation = $2 AND effective_month <= $3
GROUP BY account_id, party_id, fund
