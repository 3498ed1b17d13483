-- purpose: the presets of a chart, by month
-- locks: none
-- index: chart_preset_pkey
SELECT from_month AS "from_month: _", preset AS "preset: _"
FROM read_model.chart_preset
WHERE ledger_id = $1 AND generation = $2
ORDER BY from_month
