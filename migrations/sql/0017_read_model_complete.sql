-- purpose: a generation says which of its read models hold every event of their ledgers, and readers are kept from the others
-- A migration that makes a table gives it an empty part in the generations that are read: until a rebuild its rows say too
-- little. Who reads loses the right to read such a table at once, in the same migration, so that no query answers from
-- it; the rebuild that fills it gives the right back. The projector and the auditor keep theirs: one fills, one compares.

ALTER TABLE read_model.generation ADD COLUMN complete name[] NOT NULL DEFAULT '{}';

-- The tables that lack events of a ledger that is read.
CREATE FUNCTION read_model.incomplete() RETURNS SETOF name LANGUAGE sql STABLE AS $$
    SELECT t.named FROM read_model.tables() AS t (named)
    WHERE EXISTS (
        SELECT FROM read_model.generation g
        WHERE t.named <> ALL (g.complete) AND EXISTS (
            SELECT FROM read_model.checkpoint c
            WHERE c.generation = g.generation AND c.is_current AND c.position > 0))
$$;

-- Lets readers read what is complete and nothing else; answers what is not.
CREATE FUNCTION read_model.admit_readers() RETURNS SETOF name LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    named   name;
    lacking name[] := ARRAY (SELECT read_model.incomplete());
    may     boolean;
BEGIN
    LOCK TABLE read_model.generation IN EXCLUSIVE MODE;
    FOR named IN SELECT read_model.tables() LOOP
        may := has_table_privilege('mingzhang_reader', format('read_model.%I', named), 'SELECT');
        IF may AND named = ANY (lacking) THEN
            EXECUTE format('REVOKE SELECT ON read_model.%I FROM mingzhang_reader', named);
        ELSIF NOT may AND named <> ALL (lacking) THEN
            EXECUTE format('GRANT SELECT ON read_model.%I TO mingzhang_reader', named);
        END IF;
    END LOOP;
    RETURN QUERY SELECT unnest(lacking);
END
$$;

-- Says that every table of a generation is attached, and which ones the program that filled it knows.
DROP FUNCTION read_model.close_generation(smallint);
CREATE FUNCTION read_model.close_generation(wanted smallint, filled name[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE read_model.generation SET is_attached = true, complete = filled WHERE generation = wanted;
END
$$;

-- For a later migration that makes a table: gives it a part, empty until a rebuild, in every generation that is read.
CREATE OR REPLACE FUNCTION read_model.add_missing_parts() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    missing record;
BEGIN
    -- What was being filled has no such table; the next rebuild begins anew.
    PERFORM read_model.drop_generation(g.generation) FROM read_model.generation g WHERE NOT g.is_attached;
    FOR missing IN
        SELECT g.generation, t.named FROM read_model.generation g CROSS JOIN read_model.tables() AS t (named)
        WHERE g.is_attached AND to_regclass(format('read_model.%I', t.named || '_g' || g.generation)) IS NULL
    LOOP
        PERFORM read_model.make_part(missing.generation, missing.named);
        PERFORM read_model.attach(missing.generation, missing.named);
    END LOOP;
    -- Where nothing was folded yet, nothing is missing.
    UPDATE read_model.generation g SET complete = ARRAY (SELECT read_model.tables())
    WHERE NOT EXISTS (SELECT FROM read_model.checkpoint c WHERE c.generation = g.generation AND c.position > 0);
    PERFORM read_model.admit_readers();
END
$$;

-- For a later migration that changes what a read model says: it is read again when it was folded anew.
CREATE FUNCTION read_model.outdate(named name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM read_model.drop_generation(g.generation) FROM read_model.generation g WHERE NOT g.is_attached;
    UPDATE read_model.generation g SET complete = array_remove(complete, named)
    WHERE EXISTS (SELECT FROM read_model.checkpoint c WHERE c.generation = g.generation AND c.position > 0);
    PERFORM read_model.admit_readers();
END
$$;

-- Which parts were filled was not written down so far: one with rows was.
DO $$
DECLARE
    part   record;
    filled boolean;
BEGIN
    FOR part IN
        SELECT g.generation, t.named FROM read_model.generation g CROSS JOIN read_model.tables() AS t (named)
        WHERE g.is_attached
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM read_model.%I)', part.named || '_g' || part.generation) INTO filled;
        IF filled THEN
            UPDATE read_model.generation SET complete = complete || part.named WHERE generation = part.generation;
        END IF;
    END LOOP;
END
$$;
SELECT read_model.add_missing_parts();

-- Who reads is told how many, for readiness.
GRANT EXECUTE ON FUNCTION read_model.incomplete(), read_model.tables() TO mingzhang_reader;
