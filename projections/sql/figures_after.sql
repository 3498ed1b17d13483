-- purpose: whether any money is dated after a month
-- locks: none
-- index: a scan of the ledger's sums
SELECT
    EXISTS (SELECT FROM read_model.figure_charge WHERE ledger_id = $1 AND generation = $2 AND effective_month > $3)
    OR EXISTS (SELECT FROM read_model.figure_money WHERE ledger_id = $1 AND generation = $2 AND effective_month > $3)
    OR EXISTS (SELECT FROM read_model.figure_credit WHERE ledger_id = $1 AND generation = $2 AND effective_month > $3)
    AS "later!"
