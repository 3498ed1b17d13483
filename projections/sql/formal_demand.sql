-- purpose: one formal demand, with the code of its unit
-- locks: none
-- index: formal_demand_pkey, account_pkey, unit_pkey
SELECT
    d.position, d.account_id, d.party_id, d.amount AS "amount: _", d.pay_by, d.sent_on, d.delivered_on,
    u.code AS "unit?: _"
FROM read_model.formal_demand d
LEFT JOIN read_model.account a ON a.ledger_id = $1 AND a.generation = $2 AND a.account_id = d.account_id
LEFT JOIN read_model.unit u ON u.ledger_id = $1 AND u.generation = $2 AND u.unit_id = a.unit_id
WHERE d.ledger_id = $1 AND d.generation = $2 AND d.demand_id = $3
