-- purpose: pools that are not at their end are found without looking at all of them

CREATE INDEX pool_under_way ON read_model.pool (ledger_id, generation, position)
    WHERE status IN ('open', 'posting', 'reversing');
