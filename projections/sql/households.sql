-- purpose: households charged in a period, and those of them that owe nothing more of it, by building
-- locks: none
-- index: a scan of the ledger's charges
SELECT
    building AS "building: _", count(*) AS "charged!", count(*) FILTER (WHERE open <= 0) AS "settled!"
FROM (
    SELECT building, account_id, sum(open + written_off) AS open
    FROM read_model.charge
    WHERE ledger_id = $1 AND generation = $2 AND period = $3 AND fund = $4 AND unit_kind IN ('residence', 'shop')
    GROUP BY building, account_id
    HAVING sum(amount - reduced - waived - reversed) > 0
) household
GROUP BY building
ORDER BY building
