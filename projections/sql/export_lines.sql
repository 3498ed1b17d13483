-- purpose: the lines of some vouchers of a purse and month, in order
-- locks: none
-- index: voucher_by_number, journal_pkey
SELECT
    v.number, j.event_type AS "event_type: _", j.book AS "book: _", j.amount AS "amount: _", j.fund AS "fund: _",
    j.account_id, j.fee_item_id, j.period AS "period: _", j.channel_account_id
FROM read_model.voucher v
JOIN read_model.journal j ON j.ledger_id = v.ledger_id AND j.generation = v.generation
    AND j.position BETWEEN v.first_position AND v.last_position
    AND j.purse = v.purse AND j.effective_on = v.effective_on
WHERE v.ledger_id = $1 AND v.generation = $2 AND v.purse = $3 AND v.period = $4
    AND v.number > $5 AND v.number <= $6
ORDER BY v.number, j.position, j.line
