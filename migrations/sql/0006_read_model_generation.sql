-- purpose: how generations of the read models are made, filled, attached and thrown away
-- The projector may not create a table; it may call these functions, which do so as the owner.

-- The tables of the read models: what is partitioned here.
CREATE FUNCTION read_model.tables() RETURNS SETOF name LANGUAGE sql STABLE AS $$
    SELECT relname FROM pg_catalog.pg_class
    WHERE relnamespace = 'read_model'::regnamespace AND relkind = 'p' ORDER BY relname
$$;

-- Makes the part of one table for one generation, without indexes.
CREATE FUNCTION read_model.make_part(wanted smallint, named name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- The check spares ATTACH a scan of the rows.
    EXECUTE format('CREATE TABLE read_model.%I (LIKE read_model.%I INCLUDING STORAGE, CONSTRAINT %I CHECK (generation = %s))',
        named || '_g' || wanted, named, named || '_g' || wanted || '_only', wanted);
END
$$;

-- Makes the tables of a new generation, without indexes and not read by anybody; or answers the one being filled.
CREATE FUNCTION read_model.open_generation() RETURNS smallint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made smallint;
    named name;
BEGIN
    LOCK TABLE read_model.generation IN EXCLUSIVE MODE;
    SELECT g.generation INTO made FROM read_model.generation g WHERE NOT g.is_attached;
    IF FOUND THEN
        RETURN made;
    END IF;
    INSERT INTO read_model.generation
    SELECT coalesce(max(g.generation), 0) + 1, false FROM read_model.generation g RETURNING generation INTO made;
    FOR named IN SELECT read_model.tables() LOOP
        PERFORM read_model.make_part(made, named);
    END LOOP;
    RETURN made;
END
$$;

-- Builds key and indexes of one filled table and attaches it; once attached, nothing.
CREATE FUNCTION read_model.attach(wanted smallint, named name) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parent regclass := format('read_model.%I', named)::regclass;
    part   regclass := format('read_model.%I', named || '_g' || wanted)::regclass;
    entry  record;
BEGIN
    IF EXISTS (SELECT FROM pg_inherits WHERE inhrelid = part AND inhparent = parent) THEN
        RETURN;
    END IF;
    FOR entry IN
        SELECT i.indexrelid::regclass::text AS full_name, c.relname, i.indisprimary, d.oid AS key_constraint
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        LEFT JOIN pg_constraint d ON d.conindid = i.indexrelid AND d.conrelid = parent
        WHERE i.indrelid = parent ORDER BY i.indisprimary DESC, c.relname
    LOOP
        IF entry.indisprimary THEN
            EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', part, entry.relname || '_g' || wanted,
                pg_get_constraintdef(entry.key_constraint));
        ELSE
            EXECUTE format('CREATE INDEX %I ON %s %s', entry.relname || '_g' || wanted, part,
                substring(pg_get_indexdef(entry.full_name::regclass) FROM ' (USING .*)$'));
        END IF;
    END LOOP;
    EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES IN (%s)', parent, part, wanted);
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', part, named || '_g' || wanted || '_only');
    EXECUTE format('ANALYZE %s', part);
END
$$;

-- Says that every table of a generation is attached.
CREATE FUNCTION read_model.close_generation(wanted smallint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE read_model.generation SET is_attached = true WHERE generation = wanted;
END
$$;

-- Throws away a generation that no ledger is read from; answers whether it did.
CREATE FUNCTION read_model.drop_generation(wanted smallint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    named name;
BEGIN
    LOCK TABLE read_model.generation IN EXCLUSIVE MODE;
    -- The newest attached generation takes new ledgers, so it stays even when it is empty.
    IF EXISTS (SELECT FROM read_model.checkpoint WHERE generation = wanted AND is_current)
        OR wanted = (SELECT max(generation) FROM read_model.generation WHERE is_attached) THEN
        RETURN false;
    END IF;
    DELETE FROM read_model.checkpoint WHERE generation = wanted;
    DELETE FROM read_model.generation WHERE generation = wanted;
    FOR named IN SELECT read_model.tables() LOOP
        EXECUTE format('DROP TABLE IF EXISTS read_model.%I', named || '_g' || wanted);
    END LOOP;
    RETURN true;
END
$$;

-- For a later migration that makes a table: gives it a part, empty until a rebuild, in every generation that is read.
CREATE FUNCTION read_model.add_missing_parts() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    missing record;
BEGIN
    FOR missing IN
        SELECT g.generation, t.named FROM read_model.generation g CROSS JOIN read_model.tables() AS t (named)
        WHERE g.is_attached AND to_regclass(format('read_model.%I', t.named || '_g' || g.generation)) IS NULL
    LOOP
        PERFORM read_model.make_part(missing.generation, missing.named);
        PERFORM read_model.attach(missing.generation, missing.named);
    END LOOP;
END
$$;

-- The first generation, empty, for the first ledger.
INSERT INTO read_model.generation (generation, is_attached) VALUES (1, true);
SELECT read_model.add_missing_parts();
