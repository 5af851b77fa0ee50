"""What was posted is never changed or removed: a mistake is mended by a posting that follows."""

from django.db import migrations

from kaopu.kernel.append_only import forbid_change

TABLES = ("ledger_chartversion", "ledger_postingrun", "ledger_journalrow", "ledger_runtotal")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("kernel", "0002_guards")]

    operations = [
        *(forbid_change(table) for table in TABLES),
        migrations.RunSQL(
            """
            ALTER TABLE ledger_journalrow
              ADD CONSTRAINT ledger_journalrow_same_length CHECK (
                cardinality(codes) = cardinality(amounts) AND cardinality(codes) > 0),
              ADD CONSTRAINT ledger_journalrow_amounts CHECK (COALESCE(0 <> ALL (amounts), false));
            """,
            "ALTER TABLE ledger_journalrow DROP CONSTRAINT ledger_journalrow_same_length,"
            " DROP CONSTRAINT ledger_journalrow_amounts",
        ),
    ]
