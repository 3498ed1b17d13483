-- purpose: the read models that lack events of a ledger that is read
-- locks: none
-- index: a scan of the generations and checkpoints, a row per ledger
SELECT named::text AS "named!" FROM read_model.incomplete() AS lacking (named) ORDER BY named
