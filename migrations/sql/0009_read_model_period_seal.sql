-- purpose: read model: what is sealed of closed months

CREATE TABLE read_model.period_seal (
    ledger_id uuid NOT NULL, generation smallint NOT NULL,
    period       text COLLATE "C" NOT NULL,
    version      integer NOT NULL,
    position     bigint NOT NULL,
    size         bigint NOT NULL,
    root         text COLLATE "C" NOT NULL,
    figures_form integer NOT NULL,
    figures      text COLLATE "C" NOT NULL,
    sealed_at    timestamptz NOT NULL,
    CONSTRAINT period_seal_pkey PRIMARY KEY (ledger_id, generation, period, version)
) PARTITION BY LIST (generation);

SELECT read_model.add_missing_parts();
