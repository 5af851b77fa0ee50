"""Events, schedule versions and what a debt was agreed on are never changed or removed.

The one exception is the undo of an import: a transaction that names the batch with
`SET LOCAL kaopu.undo_batch = '<id>'` may delete rows of that batch, and no others.
"""

from django.db import migrations

HISTORY = ("book_event", "book_scheduleversion", "book_debt")
AGREED = (
    "debt_id, source, external_id, party_id, product_version_id, currency, principal, disbursed_on, ladder, allocation,"
    " grace_days, grace_amount, penalty_rate_ppm, penalty_days_in_year, penalty_base, penalty_fixed, penalty_cap, terms,"
    " import_batch_id"
)

FUNCTION = """
CREATE FUNCTION book_history_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.import_batch_id::text = current_setting('kaopu.undo_batch', true) THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'history only grows: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""

# What may change of a debt (who owns it, where it was spent …) is new to the snapshot too.
WRITTEN = """
CREATE FUNCTION book_written_by() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.written_by := pg_current_xact_id()::text::bigint;
  RETURN NEW;
END $$;
CREATE TRIGGER book_debt_written_by BEFORE UPDATE ON book_debt FOR EACH ROW EXECUTE FUNCTION book_written_by();
"""
# Positions are not history: those of a debt that an undo removes go with it.
WRITTEN += """
CREATE FUNCTION book_debt_takes_positions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM book_positionrow p USING gone, book_closerun c
    WHERE p.close_run_id = c.id AND p.debt_id = gone.debt_id;
  RETURN NULL;
END $$;
CREATE TRIGGER book_debt_takes_positions AFTER DELETE ON book_debt REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION book_debt_takes_positions();
"""
DROP_WRITTEN = "DROP TRIGGER book_debt_takes_positions ON book_debt; DROP FUNCTION book_debt_takes_positions(); DROP TRIGGER book_debt_written_by ON book_debt; DROP FUNCTION book_written_by();"


def _triggers(table: str) -> str:
    changed = f"UPDATE OF {AGREED}" if table == "book_debt" else "UPDATE"
    return f"""
CREATE TRIGGER {table}_only_grows BEFORE DELETE OR {changed} ON {table}
  FOR EACH ROW EXECUTE FUNCTION book_history_only_grows();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION book_history_only_grows();
"""


# 0 <= ALL (array) is false for a negative entry and unknown for a null one; COALESCE makes that a refusal too.
CHECKS = """
ALTER TABLE book_scheduleversion
  ADD CONSTRAINT book_schedule_same_length CHECK (
    cardinality(seq) = cardinality(due_on) AND cardinality(seq) = cardinality(principal)
    AND cardinality(seq) = cardinality(interest) AND cardinality(seq) = cardinality(fee)),
  ADD CONSTRAINT book_schedule_amounts CHECK (
    COALESCE(0 <= ALL (principal) AND 0 <= ALL (interest) AND 0 <= ALL (fee) AND 0 <= ALL (seq), false)),
  ADD CONSTRAINT book_schedule_days CHECK (array_position(due_on, NULL) IS NULL),
  ADD CONSTRAINT book_schedule_version CHECK (version >= 1 AND (version = 1 OR from_on IS NOT NULL));
"""

DROP = "".join(
    f"DROP TRIGGER {table}_only_grows ON {table}; DROP TRIGGER {table}_no_truncate ON {table};" for table in HISTORY
)
DROP_CHECKS = "ALTER TABLE book_scheduleversion" + ",".join(
    f" DROP CONSTRAINT book_schedule_{name}" for name in ("same_length", "amounts", "days", "version")
)


class Migration(migrations.Migration):
    dependencies = [("book", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION book_history_only_grows()"),
        migrations.RunSQL("".join(_triggers(table) for table in HISTORY), DROP),
        migrations.RunSQL(CHECKS, DROP_CHECKS),
        migrations.RunSQL(WRITTEN, DROP_WRITTEN),
    ]
