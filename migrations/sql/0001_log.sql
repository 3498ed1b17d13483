-- purpose: the log, its heads, the commands already answered and the vault; the schemas that later migrations fill
-- The bytes in event.body are what is hashed; they are never compressed, converted or changed.

-- Nothing is granted to everybody: each grant below names its role.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO mingzhang_writer, mingzhang_projector, mingzhang_reader, mingzhang_auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE mingzhang_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE TABLE public.event (
    ledger_id      uuid   NOT NULL,
    position       bigint NOT NULL,
    stream_id      uuid   NOT NULL,
    stream_version bigint NOT NULL,
    body           bytea  NOT NULL,
    leaf_hash      bytea  NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (ledger_id, position),
    CONSTRAINT event_stream_version_unique UNIQUE (ledger_id, stream_id, stream_version),
    CONSTRAINT event_position_from_one CHECK (position >= 1),
    CONSTRAINT event_stream_version_from_one CHECK (stream_version >= 1),
    CONSTRAINT event_body_bounded CHECK (octet_length(body) BETWEEN 2 AND 16384),
    CONSTRAINT event_leaf_hash_length CHECK (octet_length(leaf_hash) = 32)
);
-- A body stays in its row and uncompressed up to about 8 KB (nearly all are around 1 KB): a scan of the log is then one
-- sequential read. EXTERNAL forbids compression, the target keeps rows of 2 to 8 KB out of the side table.
ALTER TABLE public.event ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE public.event SET (toast_tuple_target = 8160);

-- One row per ledger, updated by every append: room in the page keeps the updates off the index (HOT).
CREATE TABLE public.log_head (
    ledger_id   uuid        NOT NULL,
    size        bigint      NOT NULL,
    root        bytea       NOT NULL,
    frontier    bytea       NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT log_head_pkey PRIMARY KEY (ledger_id),
    CONSTRAINT log_head_size_from_zero CHECK (size >= 0),
    CONSTRAINT log_head_root_length CHECK (octet_length(root) = 32),
    CONSTRAINT log_head_frontier_of_hashes CHECK (octet_length(frontier) % 32 = 0)
) WITH (fillfactor = 10);

CREATE TABLE public.command (
    ledger_id      uuid   NOT NULL,
    command_id     uuid   NOT NULL,
    request_digest bytea  NOT NULL,
    first_position bigint NOT NULL,
    last_position  bigint NOT NULL,
    CONSTRAINT command_pkey PRIMARY KEY (ledger_id, command_id),
    CONSTRAINT command_request_digest_length CHECK (octet_length(request_digest) = 32),
    CONSTRAINT command_positions_in_order CHECK (first_position BETWEEN 1 AND last_position)
);

CREATE TABLE public.vault_item (
    ledger_id  uuid  NOT NULL,
    item_id    uuid  NOT NULL,
    subject_id uuid  NOT NULL,
    nonce      bytea NOT NULL,
    ciphertext bytea NOT NULL,
    CONSTRAINT vault_item_pkey PRIMARY KEY (ledger_id, item_id),
    CONSTRAINT vault_item_nonce_length CHECK (octet_length(nonce) IN (12, 24))
);
CREATE INDEX vault_item_subject ON public.vault_item (ledger_id, subject_id);

-- The second guard: the first is that no role has the privilege. These also stop the owner, who would have to alter the
-- table first; what is done behind them is found by `verify` against an exported head.
CREATE FUNCTION public.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % refused: what is written there is never changed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER event_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON public.event
    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER command_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON public.command
    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER log_head_never_goes BEFORE DELETE OR TRUNCATE ON public.log_head
    FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();
-- ALWAYS: not skipped by a session that calls itself a replica.
ALTER TABLE public.event ENABLE ALWAYS TRIGGER event_never_changes;
ALTER TABLE public.command ENABLE ALWAYS TRIGGER command_never_changes;
ALTER TABLE public.log_head ENABLE ALWAYS TRIGGER log_head_never_goes;

GRANT SELECT, INSERT ON public.event, public.command, public.vault_item TO mingzhang_writer;
GRANT SELECT, INSERT, UPDATE ON public.log_head TO mingzhang_writer;
GRANT SELECT ON public.event, public.log_head TO mingzhang_projector;
GRANT SELECT ON public.log_head TO mingzhang_reader;
GRANT SELECT ON public.event, public.log_head, public.command TO mingzhang_auditor;

-- Read models: folds of the log, thrown away and rebuilt at will.
CREATE SCHEMA read_model;
GRANT USAGE ON SCHEMA read_model TO mingzhang_projector, mingzhang_reader, mingzhang_auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE mingzhang_owner IN SCHEMA read_model
    GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON TABLES TO mingzhang_projector;
ALTER DEFAULT PRIVILEGES FOR ROLE mingzhang_owner IN SCHEMA read_model
    GRANT SELECT ON TABLES TO mingzhang_reader, mingzhang_auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE mingzhang_owner IN SCHEMA read_model
    GRANT EXECUTE ON FUNCTIONS TO mingzhang_projector;

-- What is mutable and no fact: password hashes, sessions, routing.
CREATE SCHEMA identity;
GRANT USAGE ON SCHEMA identity TO mingzhang_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE mingzhang_owner IN SCHEMA identity
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO mingzhang_writer;
