-- purpose: the five roles the product runs with; cluster-wide, so this runs before every database's migrations and may run again
-- locks: none beyond pg_authid rows; the caller holds an advisory lock
-- No role is a superuser, may create roles or databases, or is a member of another.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY[
        'mingzhang_owner', 'mingzhang_writer', 'mingzhang_projector', 'mingzhang_reader', 'mingzhang_auditor']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION', role_name);
        END IF;
    END LOOP;
END
$$;
