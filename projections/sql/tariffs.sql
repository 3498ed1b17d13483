-- purpose: every tariff version, those of an item together, the later ones first
-- locks: none
-- index: a scan of the ledger's tariffs, which are few
SELECT
    tariff_id, position, fee_item_id, priced_from, price, cycle_months, basis AS "basis: _", timing AS "timing: _",
    due, round_to
FROM read_model.tariff
WHERE ledger_id = $1 AND generation = $2
ORDER BY fee_item_id, priced_from DESC, position DESC
