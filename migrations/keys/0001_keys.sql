-- purpose: the key store; a database of its own, so that a dump of the log never holds a key
-- Erasing a person is deleting the subject's key here; an index key is never deleted or replaced.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO mingzhang_writer;

CREATE TABLE public.subject_key (
    subject_id  uuid        NOT NULL,
    wrapped_key bytea       NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT subject_key_pkey PRIMARY KEY (subject_id)
);
CREATE TABLE public.index_key (
    ledger_id   uuid  NOT NULL,
    wrapped_key bytea NOT NULL,
    CONSTRAINT index_key_pkey PRIMARY KEY (ledger_id)
);

GRANT SELECT, INSERT, DELETE ON public.subject_key TO mingzhang_writer;
GRANT SELECT, INSERT ON public.index_key TO mingzhang_writer;
