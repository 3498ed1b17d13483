-- purpose: the allocations of an account, or of one of its charges; of all, or those out of a party's credit or on its charges
-- locks: none
-- index: allocation_by_account, credit_lot_pkey, charge_pkey
SELECT
    allocation_id, position, account_id, charge_id, lot_id, part AS "part: _", mode AS "mode: _",
    amount AS "amount: _", value_on, effective_on, undone AS "undone: _"
FROM read_model.allocation
WHERE ledger_id = $1 AND generation = $2
    AND account_id = $3 AND (charge_id = $4 OR $4 IS NULL) AND position > $5
    AND ($6::uuid IS NULL
        OR EXISTS (SELECT FROM read_model.credit_lot l
            WHERE l.ledger_id = $1 AND l.generation = $2 AND l.lot_id = allocation.lot_id AND l.holder_party_id = $6)
        OR EXISTS (SELECT FROM read_model.charge c
            WHERE c.ledger_id = $1 AND c.generation = $2 AND c.charge_id = allocation.charge_id
                AND c.obligor_party_id = $6))
ORDER BY position, allocation_id LIMIT $7
