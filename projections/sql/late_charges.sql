-- purpose: what late fees are computed from: charges with something open, and settled ones that were open past their due
-- date, due since the first policy; without a policy only the former
-- locks: none
-- index: a scan of what is open and of what was late
SELECT
    charge_id AS "charge_id!", account_id AS "account_id!", building AS "building?: _", fee_item_id AS "fee_item_id!",
    fund AS "fund!: _", obligor_party_id AS "obligor_party_id!", agreed_payer_party_id AS "agreed_payer_party_id?",
    bill_line_id AS "bill_line_id!", period AS "period!: _", service_from AS "service_from!",
    service_until AS "service_until!", due_on AS "due_on!", effective_on AS "effective_on!", priority AS "priority!",
    amount AS "amount!: _", reduced AS "reduced!: _", waived AS "waived!: _", written_off AS "written_off!: _",
    paid AS "paid!: _", is_late_fee AS "is_late_fee!", lateness AS "lateness?"
FROM (
    SELECT c.*, l.lateness
    FROM read_model.charge c
    LEFT JOIN read_model.charge_lateness l
        ON l.ledger_id = c.ledger_id AND l.generation = c.generation AND l.charge_id = c.charge_id
    WHERE c.ledger_id = $1 AND c.generation = $2 AND c.open > 0
    UNION ALL
    SELECT c.*, l.lateness
    FROM read_model.charge_lateness l
    JOIN read_model.charge c
        ON c.ledger_id = l.ledger_id AND c.generation = l.generation AND c.charge_id = l.charge_id
    WHERE l.ledger_id = $1 AND l.generation = $2 AND l.late AND c.open = 0 AND c.status <> 'reversed' AND c.due_on >= $3
) late
