"""Contacts of borrowers who owe nothing any more are closed: one more act, one more state, one more way."""

from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("kaopu.contacts.migrations.0002_only_grows")
ALLOWED = {
    before: acts
    | ({"closed": "closed"} if before in {"nominated", "invited", "opened", "accepted", "verified", "expired"} else {})
    for before, acts in BEFORE.ALLOWED.items()
} | {"closed": {"erased": "closed"}}


def replaced(allowed):
    """The function of 0002 with another table; its trigger stays."""
    function, _, _trigger = BEFORE.FOLLOWS.partition("CREATE TRIGGER")
    triples = ", ".join(
        f"('{before}', '{act}', '{after}')" for before, acts in allowed.items() for act, after in acts.items()
    )
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(BEFORE.TRIPLES, triples)



class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0003_episodes'),
    ]

    operations = [
        migrations.RunSQL(replaced(ALLOWED), replaced(BEFORE.ALLOWED)),
        migrations.RemoveConstraint(
            model_name='contactevent',
            name='contacts_event_act',
        ),
        migrations.RemoveConstraint(
            model_name='contactevent',
            name='contacts_event_state',
        ),
        migrations.AddConstraint(
            model_name='contactevent',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ('nominated', 'invited', 'opened', 'accepted', 'verified', 'rechecked', 'refused', 'did_not_know', 'withdrew', 'undone', 'expired', 'removed', 'closed', 'erased'))), name='contacts_event_act'),
        ),
        migrations.AddConstraint(
            model_name='contactevent',
            constraint=models.CheckConstraint(condition=models.Q(('state_after__in', ('accepted', 'closed', 'does_not_know', 'expired', 'invited', 'nominated', 'opened', 'refused', 'removed', 'verified', 'withdrawn'))), name='contacts_event_state'),
        ),
    ]
