"""What the database itself holds true: consents, words, facts, verifications and duties to keep only grow; a point, paper,
address or employer never becomes another and never comes back; a destroyed key stays destroyed.
"""

from django.db import migrations

from kaopu.kernel.append_only import forbid_change

GROWING = (
    "party_consent",
    "party_consent_withdrawal",
    "party_consent_text",
    "party_fact",
    "party_verification",
    "party_retention",
)

# The named columns never change; those after them change once, to or from null, and stay.
ONE_WAY_FUNCTION = """
CREATE FUNCTION party_one_way() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  old_row jsonb := to_jsonb(OLD);
  new_row jsonb := to_jsonb(NEW);
  column_name text;
BEGIN
  FOREACH column_name IN ARRAY string_to_array(TG_ARGV[0], ',') LOOP  -- set once
    IF old_row->column_name <> 'null'::jsonb AND old_row->column_name IS DISTINCT FROM new_row->column_name THEN
      RAISE EXCEPTION '%.%: set once, not changed', TG_TABLE_NAME, column_name USING ERRCODE = 'restrict_violation';
    END IF;
  END LOOP;
  FOREACH column_name IN ARRAY string_to_array(TG_ARGV[1], ',') LOOP  -- cleared once
    IF new_row->column_name <> 'null'::jsonb AND old_row->column_name IS DISTINCT FROM new_row->column_name THEN
      RAISE EXCEPTION '%.%: may only be cleared', TG_TABLE_NAME, column_name USING ERRCODE = 'restrict_violation';
    END IF;
  END LOOP;
  RETURN NEW;
END $$
"""
KEY_FUNCTION = """
CREATE FUNCTION party_key_stays_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.key_sealed IS NULL OR NEW.id <> OLD.id OR NEW.party_id <> OLD.party_id THEN
    RAISE EXCEPTION 'party_key: a key is sealed anew or destroyed, nothing else' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER party_key_one_way BEFORE UPDATE OR DELETE ON party_key
  FOR EACH ROW EXECUTE FUNCTION party_key_stays_destroyed();
"""
ONE_WAY = {
    "party_point": (
        "id,party_id,kind,source,carrier_type,segment,created_at,created_by,ended_at,erased_at",
        "value_sealed,value_index",
    ),
    "party_document": ("id,party_id,kind,created_at,created_by,ended_at,erased_at", "number_sealed,number_index"),
    "party_address": ("id,party_id,kind,created_at,created_by,ended_at,erased_at", "text_sealed,text_index"),
    "party_employment": ("id,party_id,created_at,created_by,ended_at,erased_at", "employer_id,name_sealed,name_index"),
}


def _one_way(table: str, set_once: str, cleared_once: str) -> str:
    return f"""
CREATE TRIGGER {table}_one_way BEFORE UPDATE ON {table}
  FOR EACH ROW EXECUTE FUNCTION party_one_way('{set_once}', '{cleared_once}');
CREATE TRIGGER {table}_stays BEFORE DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION kernel_forbid_change();
"""


FORWARD = ONE_WAY_FUNCTION + ";" + KEY_FUNCTION + "".join(_one_way(table, *names) for table, names in ONE_WAY.items())
BACKWARD = (
    "".join(f"DROP TRIGGER {table}_one_way ON {table}; DROP TRIGGER {table}_stays ON {table};" for table in ONE_WAY)
    + "DROP TRIGGER party_key_one_way ON party_key;"
    + "DROP FUNCTION party_one_way(); DROP FUNCTION party_key_stays_destroyed();"
)


class Migration(migrations.Migration):
    dependencies = [("party", "0002_people"), ("kernel", "0002_guards")]

    operations = [*map(forbid_change, GROWING), migrations.RunSQL(FORWARD, BACKWARD)]
