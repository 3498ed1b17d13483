-- purpose: tax of a month and of those before it, in the VAT book and on invoices, by fee item and period of the charges
-- locks: none
-- index: tax_turnover_pkey
SELECT
    fee_item_id, period,
    coalesce(sum(due) FILTER (WHERE month = $3), 0) AS "due!: _",
    coalesce(sum(taken_back) FILTER (WHERE month = $3), 0) AS "taken_back!: _",
    coalesce(sum(invoiced) FILTER (WHERE month = $3), 0) AS "invoiced!: _",
    coalesce(sum(red) FILTER (WHERE month = $3), 0) AS "red!: _",
    coalesce(sum(due - taken_back) FILTER (WHERE month < $3), 0) AS "booked_before!: _",
    coalesce(sum(invoiced - red) FILTER (WHERE month < $3), 0) AS "invoiced_before!: _"
FROM read_model.tax_turnover
WHERE ledger_id = $1 AND generation = $2 AND month <= $3
GROUP BY fee_item_id, period
ORDER BY period, fee_item_id
