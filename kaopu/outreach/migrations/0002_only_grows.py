"""What was sent and told stays as it was; a text may be sealed anew, or destroyed when its time is over."""

from django.db import migrations

from kaopu.kernel.append_only import forbid_change, forbid_change_but_sealing


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_messages"), ("kernel", "0002_guards")]

    operations = [
        forbid_change("outreach_templateversion"),
        forbid_change("outreach_step"),
        forbid_change_but_sealing("outreach_message", "body_sealed"),
        forbid_change_but_sealing("outreach_sendrequest", "body_sealed"),
    ]
