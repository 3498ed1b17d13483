-- purpose: the formal demands of an account or of all, to one party or to all, the newest first
-- locks: none
-- index: formal_demand_by_account, or formal_demand_by_position
SELECT
    demand_id, position, account_id, party_id, amount AS "amount: _", pay_by, sent_on, delivered_on,
    evidence AS "evidence: _"
FROM read_model.formal_demand
WHERE ledger_id = $1 AND generation = $2
    AND (account_id = $3 OR $3 IS NULL) AND (party_id = $4 OR $4::uuid IS NULL) AND position < $5
ORDER BY position DESC LIMIT $6
