"""Questions to providers are never changed or removed; their answers may be sealed again with another key."""

from django.db import migrations

from kaopu.kernel.append_only import forbid_change_but_sealing


class Migration(migrations.Migration):
    dependencies = [("decision", "0001_providers"), ("kernel", "0002_guards")]

    operations = [forbid_change_but_sealing("decision_provider_call", "answer_sealed")]
