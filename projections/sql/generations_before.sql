-- purpose: the generations before the newest one, which may be unused
-- locks: none
-- index: a scan; a row per generation
SELECT generation FROM read_model.generation WHERE generation < $1 ORDER BY generation
