"""What the database itself holds true: what happened only grows, and each act begins where the one before it ended.

The table of states is the core's own, written here as it stood; a change of it is a further migration.
"""

from django.db import migrations

from kaopu.kernel.append_only import forbid_change

ALLOWED = {
    "": {"nominated": "nominated"},
    "nominated": {
        "invited": "invited", "refused": "refused", "did_not_know": "does_not_know", "expired": "expired",
        "removed": "removed",
    },
    "invited": {
        "invited": "invited", "opened": "opened", "refused": "refused", "did_not_know": "does_not_know",
        "expired": "expired", "removed": "removed",
    },
    "opened": {
        "invited": "invited", "accepted": "accepted", "refused": "refused", "did_not_know": "does_not_know",
        "expired": "expired", "removed": "removed",
    },
    "accepted": {"verified": "verified", "rechecked": "accepted", "withdrew": "withdrawn", "removed": "removed"},
    "verified": {"rechecked": "verified", "withdrew": "withdrawn", "removed": "removed"},
    "expired": {"invited": "invited", "removed": "removed", "erased": "expired"},
    "refused": {"erased": "refused"},
    "does_not_know": {"erased": "does_not_know"},
    "withdrawn": {"erased": "withdrawn"},
    "removed": {"erased": "removed"},
}
TRIPLES = ", ".join(
    f"('{before}', '{act}', '{after}')" for before, acts in ALLOWED.items() for act, after in acts.items()
)
FOLLOWS = f"""
CREATE FUNCTION contacts_event_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last contacts_contactevent%ROWTYPE;
BEGIN
  SELECT * INTO last FROM contacts_contactevent WHERE contact_id = NEW.contact_id ORDER BY number DESC LIMIT 1;
  IF NEW.number <> COALESCE(last.number, 0) + 1 OR NEW.state_before <> COALESCE(last.state_after, '') THEN
    RAISE EXCEPTION 'an act begins where the one before it ended' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF last.act = 'erased' THEN
    RAISE EXCEPTION 'nothing follows an erasure' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.act = 'undone' THEN
    -- What was said can be taken back for ten minutes, and only to where it was before.
    IF last.state_after NOT IN ('refused', 'does_not_know', 'withdrawn') OR NEW.state_after <> last.state_before
       OR NEW.at >= last.at + interval '10 minutes' THEN
      RAISE EXCEPTION 'undone too late, or to another state' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  ELSIF (NEW.state_before, NEW.act, NEW.state_after) NOT IN ({TRIPLES}) THEN
    RAISE EXCEPTION 'no contact can go this way' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER contacts_event_follows BEFORE INSERT ON contacts_contactevent
  FOR EACH ROW EXECUTE FUNCTION contacts_event_follows();
"""
DROP_FOLLOWS = "DROP TRIGGER contacts_event_follows ON contacts_contactevent; DROP FUNCTION contacts_event_follows();"

# Who somebody is to the borrower, who named them and how, never changes; `party` is filled once.
NEVER_ANOTHER = """
CREATE FUNCTION contacts_contact_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.party_id IS NOT NULL OR to_jsonb(NEW) - 'party_id' <> to_jsonb(OLD) - 'party_id' THEN
    RAISE EXCEPTION 'a contact stays who it is' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER contacts_contact_keeps BEFORE UPDATE ON contacts_contact
  FOR EACH ROW EXECUTE FUNCTION contacts_contact_keeps();
CREATE TRIGGER contacts_contact_stays BEFORE DELETE ON contacts_contact
  FOR EACH ROW EXECUTE FUNCTION kernel_forbid_change();
"""
DROP_NEVER_ANOTHER = """
DROP TRIGGER contacts_contact_stays ON contacts_contact; DROP TRIGGER contacts_contact_keeps ON contacts_contact;
DROP FUNCTION contacts_contact_keeps();
"""
GROWING = (
    "contacts_contactevent", "contacts_offer", "contacts_helppayment", "contacts_performance",
    "contacts_complaintanswer",
)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial"), ("kernel", "0002_guards")]

    operations = [
        migrations.RunSQL(FOLLOWS, DROP_FOLLOWS),
        migrations.RunSQL(NEVER_ANOTHER, DROP_NEVER_ANOTHER),
        *(forbid_change(table) for table in GROWING),
    ]
