-- purpose: for payments with money in suspense, the one unit whose open total is exactly that
-- locks: none
-- index: a scan of the ledger's balances, which are folded into open totals
SELECT p.payment_id AS "payment_id!", u.unit_id AS "unit_id!", u.account_id AS "account_id!", u.code AS "code!: _"
FROM (
    SELECT t.open, (array_agg(t.account_id))[1] AS account_id
    FROM (
        SELECT b.account_id, sum(b.receivable) AS open
        FROM read_model.account_balance b
        WHERE b.ledger_id = $1 AND b.generation = $2
        GROUP BY b.account_id
    ) t
    WHERE t.open > 0
    GROUP BY t.open HAVING count(*) = 1
) alone
JOIN read_model.payment p ON p.suspense = alone.open
JOIN read_model.account a ON a.ledger_id = p.ledger_id AND a.generation = p.generation AND a.account_id = alone.account_id
JOIN read_model.unit u ON u.ledger_id = a.ledger_id AND u.generation = a.generation AND u.unit_id = a.unit_id
WHERE p.ledger_id = $1 AND p.generation = $2 AND p.payment_id = ANY($3)
ORDER BY p.payment_id, u.code
