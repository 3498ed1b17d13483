-- purpose: posting lines in the order they were written
-- locks: none
-- index: journal_pkey
SELECT
    position, line, event_type AS "event_type: _", effective_on, purse AS "purse: _", book AS "book: _",
    amount AS "amount: _", fund AS "fund: _", account_id, party_id, charge_id, lot_id, deposit_id, fee_item_id,
    period AS "period: _", channel_account_id, vat_category AS "vat_category: _", counter_ledger_id, supplier_id
FROM read_model.journal
WHERE ledger_id = $1 AND generation = $2
    AND (position, line) > ($3, $4)
ORDER BY position, line LIMIT $5
