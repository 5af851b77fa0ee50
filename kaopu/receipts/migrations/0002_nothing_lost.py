"""What the database itself holds true: rows only grow, the standing of a receipt is their sum and never more than came in,
an allocation is one living payment of its debt, and the reversal of that payment frees the money again.
"""

from django.db import migrations

# A rotation of keys seals anew what was sealed: these columns alone may change.
KEPT = "id, file_id, row, booked_on, amount, currency, account, bank_reference, payer_name_index, payer_account_index, taken_at"
GROWING = ("receipts_allocation", "receipts_unmatch", "receipts_return", "receipts_note")


def _grows(table: str, changed: str = "UPDATE") -> str:
    return f"""
CREATE TRIGGER {table}_only_grows BEFORE DELETE OR {changed} ON {table}
  FOR EACH ROW EXECUTE FUNCTION kernel_forbid_change();
CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_forbid_change();
"""


ONLY_GROWS = _grows("receipts_receipt", f"UPDATE OF {KEPT}") + "".join(_grows(table) for table in GROWING)
DROP_ONLY_GROWS = "".join(
    f"DROP TRIGGER {table}_only_grows ON {table}; DROP TRIGGER {table}_never_emptied ON {table};"
    for table in ("receipts_receipt", *GROWING)
)

STANDING = """
CREATE FUNCTION receipts_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'receipts_receipt' THEN
    INSERT INTO receipts_standing (receipt_id, amount) VALUES (NEW.id, NEW.amount);
  ELSIF TG_TABLE_NAME = 'receipts_allocation' THEN
    UPDATE receipts_standing SET matched = matched + NEW.amount WHERE receipt_id = NEW.receipt_id;
  ELSIF TG_TABLE_NAME = 'receipts_unmatch' THEN
    UPDATE receipts_standing s SET matched = matched - a.amount
      FROM receipts_allocation a WHERE a.id = NEW.allocation_id AND s.receipt_id = a.receipt_id;
  ELSIF TG_TABLE_NAME = 'receipts_return' THEN
    UPDATE receipts_standing SET returned = returned + NEW.amount WHERE receipt_id = NEW.receipt_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER receipts_receipt_stands AFTER INSERT ON receipts_receipt
  FOR EACH ROW EXECUTE FUNCTION receipts_stand();
CREATE TRIGGER receipts_allocation_stands AFTER INSERT ON receipts_allocation
  FOR EACH ROW EXECUTE FUNCTION receipts_stand();
CREATE TRIGGER receipts_unmatch_stands AFTER INSERT ON receipts_unmatch
  FOR EACH ROW EXECUTE FUNCTION receipts_stand();
CREATE TRIGGER receipts_return_stands AFTER INSERT ON receipts_return
  FOR EACH ROW EXECUTE FUNCTION receipts_stand();

CREATE FUNCTION receipts_standing_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Depth 2: inside the trigger above. By hand it is 1.
  IF TG_OP <> 'DELETE' AND pg_trigger_depth() > 1 THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a standing follows its rows: % by hand is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER receipts_standing_guard BEFORE INSERT OR UPDATE OR DELETE ON receipts_standing
  FOR EACH ROW EXECUTE FUNCTION receipts_standing_guard();
"""
DROP_STANDING = """
DROP TRIGGER receipts_standing_guard ON receipts_standing;
DROP FUNCTION receipts_standing_guard();
DROP TRIGGER receipts_receipt_stands ON receipts_receipt;
DROP TRIGGER receipts_allocation_stands ON receipts_allocation;
DROP TRIGGER receipts_unmatch_stands ON receipts_unmatch;
DROP TRIGGER receipts_return_stands ON receipts_return;
DROP FUNCTION receipts_stand();
"""

PAYMENTS = """
CREATE FUNCTION receipts_allocation_is_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM book_event e JOIN receipts_receipt r ON r.id = NEW.receipt_id JOIN book_debt d ON d.debt_id = e.debt_id
    WHERE e.event_id = NEW.event_id AND e.debt_id = NEW.debt_id AND e.kind = 'payment' AND e.amount = NEW.amount
      AND e."on" = r.booked_on AND d.currency = r.currency;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'an allocation is a payment of its debt, of its amount, on the day of its receipt'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER receipts_allocation_is_payment BEFORE INSERT ON receipts_allocation
  FOR EACH ROW EXECUTE FUNCTION receipts_allocation_is_payment();

CREATE FUNCTION receipts_follow_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM receipts_unmatch WHERE event_id = NEW.reverses_id) THEN
    RAISE EXCEPTION 'the money of this payment waits in suspense: match the receipt again'
      USING ERRCODE = 'restrict_violation';
  END IF;
  INSERT INTO receipts_unmatch (allocation_id, event_id, at, by)
    SELECT id, NEW.event_id, NEW.recorded_at, NEW.recorded_by FROM receipts_allocation WHERE event_id = NEW.reverses_id;
  RETURN NULL;
END $$;
CREATE TRIGGER receipts_follow_reversal AFTER INSERT ON book_event
  FOR EACH ROW WHEN (NEW.kind = 'reversal') EXECUTE FUNCTION receipts_follow_reversal();
"""
DROP_PAYMENTS = """
DROP TRIGGER receipts_follow_reversal ON book_event;
DROP FUNCTION receipts_follow_reversal();
DROP TRIGGER receipts_allocation_is_payment ON receipts_allocation;
DROP FUNCTION receipts_allocation_is_payment();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("receipts", "0001_initial"),
        ("kernel", "0002_guards"),
        ("book", "0002_history_only_grows"),
    ]

    operations = [
        migrations.RunSQL(ONLY_GROWS, DROP_ONLY_GROWS),
        migrations.RunSQL(STANDING, DROP_STANDING),
        migrations.RunSQL(PAYMENTS, DROP_PAYMENTS),
    ]
