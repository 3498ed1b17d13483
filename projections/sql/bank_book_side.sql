-- purpose: what the books say of a bank account at the end of a month, and what they count later although the bank had it by then
-- locks: none
-- index: book_turnover_pkey, payment_by_channel_account
SELECT
    (SELECT coalesce(sum(t.debit) - sum(t.credit), 0.00) FROM read_model.book_turnover t
     WHERE t.ledger_id = $1 AND t.generation = $2 AND t.channel_account_id = $3 AND t.book = 'bank' AND t.month <= $4
    ) AS "book!: _",
    coalesce(sum(p.amount) FILTER (
        WHERE p.effective_on > $5 AND p.status NOT IN ('reversed', 'set_aside') AND coalesce(p.bounced_on > $5, true)), 0.00
    ) AS "received_late!: _",
    coalesce(sum(p.amount) FILTER (
        WHERE p.effective_on <= $5 AND p.bounced_on <= $5 AND p.bounce_effective_on > $5), 0.00
    ) AS "bounced_late!: _"
FROM read_model.payment p
WHERE p.ledger_id = $1 AND p.generation = $2 AND p.channel_account_id = $3 AND p.channel = 'bank' AND p.value_on <= $5
    AND (p.effective_on > $5 OR p.bounce_effective_on > $5)
