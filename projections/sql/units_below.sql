-- purpose: units that the rule of a fee item asks to top their maintenance fund up on a day
-- locks: none
-- index: unit_fund_by_position
SELECT
    account_id, position, unit_id, first_deposit AS "first_deposit: _", demanded AS "demanded: _",
    contributed AS "contributed: _", spent AS "spent: _", balance AS "balance: _"
FROM read_model.unit_fund
WHERE ledger_id = $1 AND generation = $2 AND position > $5
    AND demanded - spent < round(first_deposit * (
        SELECT below FROM read_model.top_up_rule
        WHERE ledger_id = $1 AND generation = $2 AND fee_item_id = $3 AND valid_from <= $4
        ORDER BY valid_from DESC LIMIT 1
    ), 2)
ORDER BY position LIMIT $6
