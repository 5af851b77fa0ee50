"""What the database itself holds true: nothing is changed or taken back, and a permit follows a judgement that allowed."""

from django.db import migrations

from kaopu.kernel.append_only import forbid_change, forbid_change_but_sealing

GROWING = (
    "conduct_rulebookversion",
    "conduct_permit",
    "conduct_permituse",
    "conduct_entry",
    "conduct_outcome",
    "conduct_suppression",
    "conduct_outreachswitch",
)

GUARDS = """
CREATE FUNCTION conduct_permit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM conduct_judgement j WHERE j.id = NEW.judgement_id AND j.allowed AND j.moment = 'issue'
    AND j.at = NEW.issued_at;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a permit follows a judgement that allowed it' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER conduct_permit_guard BEFORE INSERT ON conduct_permit
  FOR EACH ROW EXECUTE FUNCTION conduct_permit_guard();

CREATE FUNCTION conduct_use_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM conduct_judgement j, conduct_permit p, conduct_judgement i
    WHERE j.id = NEW.judgement_id AND j.allowed AND j.moment = 'use' AND j.at = NEW.at
      AND p.id = NEW.permit_id AND NEW.at < p.lapses_at AND i.id = p.judgement_id
      AND (j.person, j.purpose, j.channel, j.content, j.number) = (i.person, i.purpose, i.channel, i.content, i.number);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a permit is used for what it was issued for, in time, after a judgement of that moment'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER conduct_use_guard BEFORE INSERT ON conduct_permituse
  FOR EACH ROW EXECUTE FUNCTION conduct_use_guard();
"""
DROP = """
DROP TRIGGER conduct_use_guard ON conduct_permituse; DROP FUNCTION conduct_use_guard();
DROP TRIGGER conduct_permit_guard ON conduct_permit; DROP FUNCTION conduct_permit_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("conduct", "0001_permits"), ("kernel", "0002_guards")]

    operations = [
        *(forbid_change(table) for table in GROWING),
        forbid_change_but_sealing("conduct_judgement", "facts_sealed"),
        migrations.RunSQL(GUARDS, DROP),
    ]
