"""What the database itself refuses: changes to sealed or unsealed audit rows, and rows that seal themselves."""

from django.db import migrations

from kaopu.kernel import append_only

AUDIT_GUARD = """
CREATE FUNCTION kernel_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.sequence IS NULL AND NEW.row_hash IS NULL THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'an audit row is appended unsealed' USING ERRCODE = 'restrict_violation';
    END IF;
    -- The one update there is: the sealer's, once, touching nothing but the seal.
    IF TG_OP = 'UPDATE' AND OLD.sequence IS NULL AND OLD.row_hash IS NULL
        AND NEW.sequence IS NOT NULL AND NEW.row_hash IS NOT NULL
        AND to_jsonb(NEW) - 'sequence' - 'row_hash' = to_jsonb(OLD) - 'sequence' - 'row_hash' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'kernel_audit only grows: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER kernel_audit_only_grows BEFORE INSERT OR UPDATE OR DELETE ON kernel_audit
    FOR EACH ROW EXECUTE FUNCTION kernel_audit_guard();
CREATE TRIGGER kernel_audit_never_emptied BEFORE TRUNCATE ON kernel_audit
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_forbid_change();
"""
UNDO = """
DROP TRIGGER kernel_audit_only_grows ON kernel_audit;
DROP TRIGGER kernel_audit_never_emptied ON kernel_audit;
DROP FUNCTION kernel_audit_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [
        migrations.RunSQL(append_only.FUNCTION, "DROP FUNCTION kernel_forbid_change()"),
        migrations.RunSQL(AUDIT_GUARD, UNDO),
    ]
