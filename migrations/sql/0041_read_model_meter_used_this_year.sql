-- purpose: read model: what was used in the year before a meter's opening reading

ALTER TABLE read_model.meter ADD COLUMN used_this_year numeric;

SELECT read_model.outdate('meter');
