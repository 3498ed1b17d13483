-- purpose: read model: takings of cards beside those of stays

ALTER TABLE read_model.taking ALTER COLUMN entered_at DROP NOT NULL;
ALTER TABLE read_model.taking ALTER COLUMN left_at DROP NOT NULL;
ALTER TABLE read_model.taking ADD COLUMN service_from date;
ALTER TABLE read_model.taking ADD COLUMN service_until date;

SELECT read_model.outdate('taking');
