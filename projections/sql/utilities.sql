-- purpose: per utility and period, what suppliers want beside what units were charged, and the difference
-- locks: none
-- index: utility_sum_pkey, utility_item_pkey, pass_through_sum_pkey
SELECT
    utility AS "utility!: _", period AS "period!: _", sum(billed) AS "billed!: _", sum(paid) AS "paid!: _",
    sum(charged) AS "charged!: _", sum(pooled) AS "pooled!: _", sum(own_use) AS "own_use!: _", sum(carried) AS "carried!: _",
    sum(billed + carried - charged - pooled - own_use) AS "difference!: _"
FROM (
    SELECT utility, period, billed, paid, 0 AS charged, 0 AS pooled, own_use, carried
    FROM read_model.utility_sum
    WHERE ledger_id = $1 AND generation = $2 AND period BETWEEN $3 AND $4
    UNION ALL
    SELECT i.utility, s.period, 0, 0, s.charged, s.pooled, 0, 0
    FROM read_model.utility_item i
    JOIN read_model.pass_through_sum s
        ON s.ledger_id = i.ledger_id AND s.generation = i.generation AND s.fee_item_id = i.fee_item_id
    WHERE i.ledger_id = $1 AND i.generation = $2 AND s.ledger_id = $1 AND s.generation = $2 AND s.period BETWEEN $3 AND $4
) both_sides
GROUP BY utility, period
ORDER BY utility, period
