-- purpose: one shift
-- locks: none
-- index: shift_pkey
SELECT
    shift_id, channel_account_id, purse AS "purse: _", cashier_staff_id, opening_cash AS "opening_cash: _",
    taken AS "taken: _", given_back AS "given_back: _", banked AS "banked: _", slips, counted AS "counted: _",
    difference AS "difference: _", opened_at, closed_at, status AS "status: _"
FROM read_model.shift
WHERE ledger_id = $1 AND generation = $2 AND shift_id = $3
ORDER BY shift_id
