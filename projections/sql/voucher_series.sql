-- purpose: how far the numbers of vouchers are, the newest month first
-- locks: none
-- index: voucher_series_pkey
SELECT period AS "period: _", purse AS "purse: _", last
FROM read_model.voucher_series
WHERE ledger_id = $1 AND generation = $2 AND (period, purse) < ($3, $4)
ORDER BY period DESC, purse DESC LIMIT $5
