-- purpose: the customer's codes in the order they were set; a thousand at most
-- locks: none
-- index: book_code_pkey
SELECT
    position, from_month AS "from_month: _", purse AS "purse: _", book AS "book: _", fund AS "fund: _", fee_item_id,
    channel_account_id, code AS "code: _", name AS "name: _"
FROM read_model.book_code
WHERE ledger_id = $1 AND generation = $2
ORDER BY position
