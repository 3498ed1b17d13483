-- purpose: every fee item
-- locks: none
-- index: fee_item_pkey
SELECT
    fee_item_id, name AS "name: _", fund AS "fund: _", priority, vat_category AS "vat_category: _",
    vat_rate AS "vat_rate: _", vat_from, tax_code AS "tax_code: _", tax_code_name AS "tax_code_name: _", tax_code_from,
    tax_point AS "tax_point: _", tax_waits
FROM read_model.fee_item
WHERE ledger_id = $1 AND generation = $2
ORDER BY priority, fee_item_id
