-- purpose: read model: what the bank got of a channel account's day in one sum, and what of it is of no community

ALTER TABLE read_model.channel_day ADD COLUMN lump numeric(14, 2);
ALTER TABLE read_model.channel_day ADD COLUMN lump_value_on date;
ALTER TABLE read_model.channel_day ADD COLUMN rest numeric(14, 2) NOT NULL DEFAULT 0.00;
ALTER TABLE read_model.channel_day ADD COLUMN rest_note text COLLATE "C";
