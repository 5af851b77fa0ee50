"""Tables that only grow: a migration operation that makes PostgreSQL refuse UPDATE, DELETE and TRUNCATE."""

from __future__ import annotations

from django.db import migrations

FUNCTION = """
CREATE FUNCTION kernel_forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""


def forbid_change(table: str) -> migrations.RunSQL:
    """Triggers on `table`; the migration must depend on ("kernel", "0002_guards")."""
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION kernel_forbid_change();
        CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION kernel_forbid_change();
        """,
        f"DROP TRIGGER {table}_only_grows ON {table}; DROP TRIGGER {table}_never_emptied ON {table};",
    )


SEALED_FUNCTION = """
CREATE OR REPLACE FUNCTION kernel_forbid_change_but_sealing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - TG_ARGV[0] = to_jsonb(OLD) - TG_ARGV[0] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% only grows: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""


def forbid_change_but_sealing(table: str, sealed_column: str) -> migrations.RunSQL:
    """As `forbid_change`, but `sealed_column` may be sealed again with another key (`rotate_keys`)."""
    return migrations.RunSQL(
        f"""
        {SEALED_FUNCTION};
        CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION kernel_forbid_change_but_sealing('{sealed_column}');
        CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION kernel_forbid_change();
        """,
        f"DROP TRIGGER {table}_only_grows ON {table}; DROP TRIGGER {table}_never_emptied ON {table};",
    )
