-- purpose: the lines of a voucher in the order they were written
-- locks: none
-- index: voucher_pkey, journal_pkey
SELECT
    j.position, j.line, j.event_type AS "event_type: _", j.effective_on, j.purse AS "purse: _", j.book AS "book: _",
    j.amount AS "amount: _", j.fund AS "fund: _", j.account_id, j.party_id, j.charge_id, j.lot_id, j.deposit_id,
    j.fee_item_id, j.period AS "period: _", j.channel_account_id, j.vat_category AS "vat_category: _",
    j.counter_ledger_id, j.supplier_id
FROM read_model.voucher v
JOIN read_model.journal j ON j.ledger_id = v.ledger_id AND j.generation = v.generation
    AND j.position BETWEEN v.first_position AND v.last_position
    AND j.purse = v.purse AND j.effective_on = v.effective_on
WHERE v.ledger_id = $1 AND v.generation = $2 AND v.voucher_id = $3
    AND (j.position, j.line) > ($4, $5)
ORDER BY j.position, j.line LIMIT $6
