-- purpose: days of a channel account on which something moved, or that were closed, in order
-- locks: none
-- index: money_day_pkey
SELECT
    channel_account_id, day, received AS "received: _", paid AS "paid: _", closed_at, closed_by_staff_id,
    closed_received AS "closed_received: _", closed_paid AS "closed_paid: _", closed_balance AS "closed_balance: _"
FROM read_model.money_day
WHERE ledger_id = $1 AND generation = $2 AND channel_account_id = $3 AND day BETWEEN $4 AND $5
ORDER BY day
