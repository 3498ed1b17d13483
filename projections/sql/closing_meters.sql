-- purpose: meters in use through a month that nobody has read in it or after it: the first hundred, and how many there are
-- locks: none
-- index: a scan of the ledger's meters
SELECT meter_id, count(*) OVER () AS "unread!"
FROM read_model.meter
WHERE ledger_id = $1 AND generation = $2 AND opened_on < $3 AND (read_on < $3 OR read_on IS NULL)
    AND (removed_on > $4 OR removed_on IS NULL)
ORDER BY position LIMIT 100
