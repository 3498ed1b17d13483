-- purpose: what of a month is open, in sums: cash, suspense, refunds on their way, what waits for it, and whether the allowance was set
-- locks: none
-- index: a scan of the ledger's refunds, closing_pkey, payment_in_suspense, book_turnover_pkey
SELECT
    k.cash AS "cash!: _", s.suspense AS "suspense!: _", s.payments AS "payments!", s.since AS "suspense_since?",
    r.amount AS "refunds_in_flight!: _", r.refunds AS "refunds!",
    c.unearned AS "unearned!: _", c.vat_pending AS "vat_pending!: _", c.allowance_set AS "allowance_set!"
FROM (
    SELECT coalesce(sum(suspense), 0.00) AS suspense, count(*) AS payments, min(effective_on) AS since
    FROM read_model.payment
    WHERE ledger_id = $1 AND generation = $2 AND suspense > 0 AND effective_on <= $4
) s, (
    SELECT coalesce(sum(amount), 0.00) AS amount, count(*) AS refunds
    FROM read_model.refund
    WHERE ledger_id = $1 AND generation = $2 AND status = 'approved'
) r, (
    SELECT coalesce(sum(unearned) FILTER (WHERE period = $3), 0.00) AS unearned,
        coalesce(sum(vat_pending) FILTER (WHERE period = $3), 0.00) AS vat_pending,
        coalesce(bool_or(allowance_sets > 0), false) AS allowance_set
    FROM read_model.closing
    WHERE ledger_id = $1 AND generation = $2 AND period >= $3
) c, (
    SELECT coalesce(sum(debit) - sum(credit), 0.00) AS cash
    FROM read_model.book_turnover
    WHERE ledger_id = $1 AND generation = $2 AND month <= $3 AND book = 'cash'
) k
