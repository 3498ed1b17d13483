-- purpose: accounts for which a close may have something to release: charges of the month that were posted before it began, charges whose tax waits for what is received or invoiced, and charges of later months that were
-- locks: none
-- index: a scan of the ledger's charges, fee_item_pkey
SELECT DISTINCT c.account_id FROM read_model.charge c
JOIN read_model.fee_item i USING (ledger_id, generation, fee_item_id)
WHERE c.ledger_id = $1 AND c.generation = $2 AND (
    (c.period = $3 AND c.effective_on < $4)
    OR (c.tax > 0 AND i.tax_waits)
    OR (c.tax > 0 AND c.period > $3 AND (c.invoiced > 0 OR i.tax_point = 'earliest'))
)
ORDER BY c.account_id
