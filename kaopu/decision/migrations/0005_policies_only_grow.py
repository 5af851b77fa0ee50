"""Policies and decisions only grow; no two champions, nor two hold-outs, of one policy at the same time."""

from django.db import migrations

from kaopu.kernel.append_only import forbid_change, forbid_change_but_sealing


def one_at_a_time(role: str) -> migrations.RunSQL:
    """The policy as a range of one number: ranges need no extension in an exclusion constraint, numbers do."""
    name = f"decision_one_{role}_at_a_time"
    return migrations.RunSQL(
        f"""
        ALTER TABLE decision_policy_placement ADD CONSTRAINT {name} EXCLUDE USING gist (
            int8range(policy_id, policy_id, '[]') WITH &&, tstzrange(valid_from, valid_until) WITH &&
        ) WHERE (role = '{role}');
        """,
        f"ALTER TABLE decision_policy_placement DROP CONSTRAINT {name};",
    )


class Migration(migrations.Migration):
    dependencies = [("decision", "0004_policies"), ("kernel", "0002_guards")]

    operations = [
        forbid_change("decision_policy"),
        forbid_change("decision_policy_version"),
        forbid_change("decision_policy_step"),
        forbid_change("decision_policy_switch"),
        forbid_change_but_sealing("decision_policy_placement", "valid_until"),
        forbid_change_but_sealing("decision_taken", "record_sealed"),
        one_at_a_time("champion"),
        one_at_a_time("hold_out"),
    ]
