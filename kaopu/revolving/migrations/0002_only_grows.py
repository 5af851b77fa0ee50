"""Terms, accounts, postings and issued statements are never changed or removed."""

from django.db import migrations

from kaopu.kernel.append_only import forbid_change


class Migration(migrations.Migration):
    dependencies = [("revolving", "0001_accounts"), ("kernel", "0002_guards")]

    operations = [
        forbid_change(f"revolving_{name}") for name in ("revolvingterms", "revolvingaccount", "posting", "issuedstatement")
    ]
