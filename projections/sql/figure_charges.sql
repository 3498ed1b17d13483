-- purpose: what happened to charges until a month: by account for the periods asked about, together for the others
-- locks: none
-- index: a scan of the ledger's sums
SELECT
    CASE WHEN period BETWEEN $3 AND $4 THEN account_id END AS "account_id?", building AS "building!",
    household AS "household!", fee_item_id AS "fee_item_id!", fund AS "fund!: _", period AS "period!: _",
    due_on AS "due_on!", effective_month AS "effective_month!: _",
    sum(charged) AS "charged!: _", sum(reduced) AS "reduced!: _", sum(waived) AS "waived!: _",
    sum(reversed) AS "reversed!: _", sum(written_off) AS "written_off!: _", sum(received) AS "received!: _",
    sum(drawn) AS "drawn!: _", sum(refunded) AS "refunded!: _", sum(refunded_drawn) AS "refunded_drawn!: _",
    sum(late_fee) AS "late_fee!: _", sum(booked) AS "booked!: _"
FROM read_model.figure_charge
WHERE ledger_id = $1 AND generation = $2 AND effective_month <= $5
GROUP BY 1, building, household, fee_item_id, fund, period, due_on, effective_month
ORDER BY effective_month
